package io.github.drkit.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * For whom a stream is encrypted. Backups need a second recipient whose identity lies elsewhere, since a lost identity
 * is a lost backup: {@link #to} therefore asks for two, and fewer must be said by name.
 *
 * @param recipients age X25519 recipients ({@code age1…}); none means unencrypted
 */
public record Encryption(List<String> recipients) {

    private static final Pattern RECIPIENT = Pattern.compile("age1[02-9ac-hj-np-z]{58}");

    /**
     * Checks the recipients' form.
     *
     * @throws IllegalArgumentException if one is not an age X25519 recipient, or stands twice
     */
    public Encryption {
        recipients = List.copyOf(recipients);
        for (String recipient : recipients) {
            if (!RECIPIENT.matcher(recipient).matches()) {
                throw new IllegalArgumentException(
                        "Cannot encrypt: a recipient of " + recipient.length() + " characters is not of the form age1…"
                                + " (a public key; an identity begins with AGE-SECRET-KEY and does not belong here)");
            }
        }
        if (new HashSet<>(recipients).size() != recipients.size()) {
            throw new IllegalArgumentException("Cannot encrypt: the same recipient is given twice");
        }
    }

    /**
     * Encrypts to two recipients or more.
     *
     * @param first whose identity is at hand for verification and restore
     * @param second whose identity is kept elsewhere
     * @param more further ones
     * @return the encryption
     * @throws IllegalArgumentException if one is not an age X25519 recipient, or stands twice
     */
    public static Encryption to(String first, String second, String... more) {
        List<String> all = new ArrayList<>(List.of(first, second));
        all.addAll(List.of(more));
        return new Encryption(all);
    }

    /**
     * Encrypts to one recipient only. If its identity is lost, so is every backup.
     *
     * @param recipient the only one
     * @return the encryption
     * @throws IllegalArgumentException if it is not an age X25519 recipient
     */
    public static Encryption toSingleRecipient(String recipient) {
        return new Encryption(List.of(recipient));
    }

    /**
     * Stores in the clear: whoever can read the store can read the bank.
     *
     * @return no encryption
     */
    public static Encryption unencrypted() {
        return new Encryption(List.of());
    }

    /**
     * Tells whether anything is encrypted at all.
     *
     * @return false if there is no recipient
     */
    public boolean encrypts() {
        return !recipients.isEmpty();
    }
}
