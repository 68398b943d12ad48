package io.github.drkit.cutover;

/**
 * Where a database is found.
 *
 * @param host name or address
 * @param port TCP port
 */
public record Endpoint(String host, int port) {

    /**
     * Checks both.
     *
     * @throws IllegalArgumentException if the host is blank or holds a blank, or the port is not 1 to 65535
     */
    public Endpoint {
        if (host.isBlank() || host.chars().anyMatch(Character::isWhitespace) || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("Cannot accept endpoint '" + host + ":" + port
                    + "': a host without blanks and a port of 1 to 65535 are required");
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
