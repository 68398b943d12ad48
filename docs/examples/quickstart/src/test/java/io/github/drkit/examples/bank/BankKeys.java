package io.github.drkit.examples.bank;

import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

// tag::keys
/** The keys of one service, from a folder its secrets are mounted in. */
record BankKeys(
        SigningKey backup, SigningKey prover, TrustedKeys trusted, Encryption encryption, IdentitySource identities) {

    static BankKeys in(Path folder) throws IOException {
        return new BankKeys(
                SigningKey.ofPem("backup-2026", read(folder, "backup-2026.pem")),
                SigningKey.ofPem("prover-2026", read(folder, "prover-2026.pem")),
                TrustedKeys.none()
                        .withBackup("backup-2026", TrustedKeys.publicKey(read(folder, "backup-2026.pub.pem")))
                        .withProver("prover-2026", TrustedKeys.publicKey(read(folder, "prover-2026.pub.pem"))),
                Encryption.to(read(folder, "first.recipient"), read(folder, "second.recipient")),
                IdentitySource.inFile(folder.resolve("first.identity"))); // read each time it is needed
    }

    private static String read(Path folder, String file) throws IOException {
        return Files.readString(folder.resolve(file)).strip();
    }
}
// end::keys
