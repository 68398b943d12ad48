package io.github.drkit.store;

/** An age X25519 identity ({@code AGE-SECRET-KEY-1…}). Never shows its secret in {@link #toString()}. */
public final class Identity {

    private final String secret;

    private Identity(String secret) {
        this.secret = secret;
    }

    /**
     * Wraps an identity.
     *
     * @param secret the text of the identity, surrounding blanks ignored
     * @return the identity
     * @throws IllegalArgumentException if it does not begin with {@code AGE-SECRET-KEY-1}; the message does not repeat it
     */
    public static Identity of(CharSequence secret) {
        String trimmed = secret.toString().strip();
        if (!trimmed.startsWith("AGE-SECRET-KEY-1")) {
            throw new IllegalArgumentException("Cannot accept identity: it does not begin with AGE-SECRET-KEY-1");
        }
        return new Identity(trimmed);
    }

    /**
     * Gives the secret to the code that decrypts.
     *
     * @return the text of the identity
     */
    public String reveal() {
        return secret;
    }

    @Override
    public String toString() {
        return "Identity[hidden]";
    }
}
