package io.github.drkit;

/**
 * A live system to protect. Plans and executes {@link BackupRequest}, {@link VerifyRequest} and {@link CollectRequest} as
 * far as its {@link #capabilities()} go.
 */
public interface BackupTarget extends Operation<TargetRequest> {

    /**
     * Returns the name its recovery points are found by.
     *
     * @return always the same
     */
    TargetId id();

    /**
     * Returns what it can do.
     *
     * @return always the same
     */
    Capabilities capabilities();

    /**
     * Lists what exists of it, from where it lies. Reads only.
     *
     * @return all points and windows; what is unreadable is named and hides nothing else
     * @throws io.github.drkit.error.TargetUnavailableException if the listing is not complete; a part is never returned
     */
    Catalog list();
}
