package io.github.drkit.simulation;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for Ed25519 while a simulation runs, which would spend most of its time on curves otherwise. A signature is a
 * digest of private key and message. Which public key belongs to which private one is asked of the real Ed25519, once per
 * pair; so a signature by another key, or of another message, is refused here as it is there.
 */
final class QuickSignatures extends Provider implements AutoCloseable {

    private static final long serialVersionUID = 1L;
    private static final String NAME = "drkit-quick-signatures";

    private final transient Provider platform;
    private final transient Map<PrivateKey, Boolean> signers = new ConcurrentHashMap<>();
    private final transient Map<PublicKey, PrivateKey> pairs = new ConcurrentHashMap<>();

    private QuickSignatures(Provider platform) {
        super(NAME, "1", "digests in the place of Ed25519, for simulations");
        this.platform = platform;
        putService(new Service(this, "Signature", "Ed25519", Quick.class.getName(), null, null) {
            @Override
            public Object newInstance(@Nullable Object parameter) {
                return new Quick();
            }
        });
    }

    static QuickSignatures install() throws NoSuchAlgorithmException {
        QuickSignatures quick =
                new QuickSignatures(Signature.getInstance("Ed25519").getProvider());
        Security.insertProviderAt(quick, 1);
        return quick;
    }

    @Override
    public void close() {
        Security.removeProvider(NAME);
    }

    private static byte[] digest(PrivateKey key, byte[] message) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-512");
            sha.update(key.getEncoded());
            return sha.digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-512", e);
        }
    }

    private boolean verify(PublicKey key, byte[] message, byte[] signature) throws SignatureException {
        PrivateKey pair = pairs.get(key);
        if (pair == null) {
            for (PrivateKey signer : signers.keySet()) {
                if (belongTogether(signer, key)) {
                    pairs.put(key, signer);
                    pair = signer;
                }
            }
        }
        return pair != null && MessageDigest.isEqual(digest(pair, message), signature);
    }

    private boolean belongTogether(PrivateKey signer, PublicKey key) throws SignatureException {
        try {
            byte[] probe = NAME.getBytes(StandardCharsets.UTF_8);
            Signature real = Signature.getInstance("Ed25519", platform);
            real.initSign(signer);
            real.update(probe);
            byte[] signature = real.sign();
            real.initVerify(key);
            real.update(probe);
            return real.verify(signature);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new SignatureException(e);
        }
    }

    private final class Quick extends SignatureSpi {

        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        private @Nullable Key key;

        @Override
        protected void engineInitVerify(PublicKey publicKey) {
            key = publicKey;
        }

        @Override
        protected void engineInitSign(PrivateKey privateKey) {
            key = privateKey;
            signers.put(privateKey, true);
        }

        @Override
        protected void engineUpdate(byte b) {
            message.write(b);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) {
            message.write(bytes, offset, length);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            if (!(key instanceof PrivateKey signer)) {
                throw new SignatureException("there is no private key");
            }
            return digest(signer, message.toByteArray());
        }

        @Override
        protected boolean engineVerify(byte[] signature) throws SignatureException {
            if (!(key instanceof PublicKey verifier)) {
                throw new SignatureException("there is no public key");
            }
            return verify(verifier, message.toByteArray(), signature);
        }

        @Override
        @SuppressWarnings("deprecation")
        protected void engineSetParameter(String name, Object value) {
            throw new IllegalArgumentException("Ed25519 has no parameter " + name);
        }

        @Override
        @SuppressWarnings("deprecation")
        protected Object engineGetParameter(String name) {
            throw new IllegalArgumentException("Ed25519 has no parameter " + name);
        }
    }
}
