package io.github.drkit.postgres;

/**
 * Who logs in, and with which password. The password appears in neither {@link #toString()} nor any message.
 *
 * @param user the role's name; data, never SQL
 * @param password its password, empty where the server asks for none
 */
public record PostgresCredentials(String user, String password) {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the user is empty, or either part holds a NUL, which PostgreSQL cannot carry
     */
    public PostgresCredentials {
        if (user.isEmpty()) {
            throw new IllegalArgumentException("Cannot accept credentials: the user is empty");
        }
        if (user.indexOf('\0') >= 0 || password.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Cannot accept credentials: user or password holds a NUL character");
        }
    }

    @Override
    public String toString() {
        return "PostgresCredentials[user=" + user + ", password=hidden]";
    }
}
