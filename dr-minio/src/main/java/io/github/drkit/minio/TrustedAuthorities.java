package io.github.drkit.minio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/** The certificate authorities of a PEM file, and no others. */
final class TrustedAuthorities {

    private final SSLContext context;
    private final X509TrustManager trust;

    private TrustedAuthorities(SSLContext context, X509TrustManager trust) {
        this.context = context;
        this.trust = trust;
    }

    /**
     * Reads a file.
     *
     * @throws io.github.drkit.error.RequestRefusedException if it is not there or holds no certificate
     */
    static TrustedAuthorities read(Path pem) {
        try (InputStream file = Files.newInputStream(pem)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(file);
            if (certificates.isEmpty()) {
                throw new CertificateException("The file has no certificate");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager trust) {
                    SSLContext context = SSLContext.getInstance("TLS");
                    context.init(null, new TrustManager[] {trust}, null);
                    return new TrustedAuthorities(context, trust);
                }
            }
            throw new CertificateException("The Java runtime has no trust manager for X.509");
        } catch (IOException | GeneralSecurityException e) {
            throw S3Errors.certificateAuthority(pem, e);
        }
    }

    /** Makes a client trust these; its check of host names stays. */
    void apply(OkHttpClient.Builder client) {
        client.sslSocketFactory(context.getSocketFactory(), trust);
    }
}
