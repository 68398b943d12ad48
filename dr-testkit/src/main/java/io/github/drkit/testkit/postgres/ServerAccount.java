package io.github.drkit.testkit.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The operating system account the server's programs run as. PostgreSQL refuses to run as root, so root hands over to
 * {@code postgres}, or to {@code nobody} where that does not exist.
 */
final class ServerAccount {

    private final String name;
    private final List<String> prefix;

    private ServerAccount(String name, List<String> prefix) {
        this.name = name;
        this.prefix = prefix;
    }

    /**
     * Chooses the account by who owns a folder this process has just made.
     *
     * @param own a folder this process made
     */
    static ServerAccount choose(Path own) {
        try {
            if (!Integer.valueOf(0).equals(Files.getAttribute(own, "unix:uid"))) {
                return new ServerAccount("", List.of());
            }
            for (String line : accounts()) {
                String[] fields = line.split(":", -1);
                for (List<String> prefix : List.of(
                        List.of("setpriv", "--reuid=" + fields[2], "--regid=" + fields[3], "--clear-groups"),
                        List.of("runuser", "-u", fields[0], "--"))) {
                    if (works(prefix)) {
                        return new ServerAccount(fields[0], prefix);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot choose an account for PostgreSQL", e);
        }
        // A user namespace in which root has no name: enough for PostgreSQL, but many containers forbid it.
        List<String> namespace = List.of("unshare", "-U");
        if (works(namespace)) {
            return new ServerAccount("", namespace);
        }
        throw new IllegalStateException("Cannot run PostgreSQL as root: none of setpriv, runuser and unshare works here"
                + " but one is required; run as an ordinary user");
    }

    /** Returns the command that runs a program with arguments under this account. */
    List<String> command(List<String> program) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(program);
        return command;
    }

    /** Gives a folder and all in it to this account. */
    void own(Path folder) {
        if (name.isEmpty()) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            UserPrincipal account =
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
            for (Path path : (Iterable<Path>) tree::iterator) {
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setOwner(account);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot give folder '" + folder + "' to account '" + name + "'", e);
        }
    }

    private static List<String> accounts() throws IOException {
        List<String> all = Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.UTF_8);
        return Stream.of("postgres", "nobody")
                .flatMap(wanted -> all.stream().filter(line -> line.startsWith(wanted + ":")))
                .toList();
    }

    private static boolean works(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        return Programs.run(command, "").succeeded();
    }
}
