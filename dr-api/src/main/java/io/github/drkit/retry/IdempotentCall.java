package io.github.drkit.retry;

/**
 * A call that changes nothing more when it is made twice: reading, listing, asking, deleting one named version. Writing
 * one as this type is the declaration that it may be repeated; a call whose lost answer must be looked into is none.
 *
 * @param <T> what it returns
 * @param <E> what it throws; {@link RuntimeException} where it declares nothing
 */
@FunctionalInterface
public interface IdempotentCall<T, E extends Exception> {

    /**
     * Makes the call once.
     *
     * @return its answer
     * @throws E if it failed
     * @throws InterruptedException if cancelled; it is not made again
     */
    T call() throws E, InterruptedException;
}
