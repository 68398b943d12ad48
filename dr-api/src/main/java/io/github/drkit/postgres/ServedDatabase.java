package io.github.drkit.postgres;

/**
 * One database of a server, as its catalog describes it.
 *
 * @param name the name, byte for byte; it may hold anything but NUL
 * @param owner the role that owns it
 * @param allowsConnections whether the server admits sessions to it
 * @param sizeBytes its size on the server's disk, or -1 where this role may not ask
 * @param encoding the server-side encoding, such as {@code UTF8}
 * @param collate {@code LC_COLLATE}
 * @param ctype {@code LC_CTYPE}
 * @param localeProvider {@code libc}, {@code icu} or {@code builtin}; {@code libc} before PostgreSQL 15
 * @param locale the provider's locale, empty for {@code libc}
 * @param connectionLimit how many sessions it admits, -1 for no limit
 * @param template whether it is marked as a template
 */
public record ServedDatabase(
        String name,
        String owner,
        boolean allowsConnections,
        long sizeBytes,
        String encoding,
        String collate,
        String ctype,
        String localeProvider,
        String locale,
        int connectionLimit,
        boolean template) {}
