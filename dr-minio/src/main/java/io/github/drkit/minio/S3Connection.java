package io.github.drkit.minio;

import io.minio.BucketArgs;
import io.minio.HeadBucketArgs;
import io.minio.HeadObjectArgs;
import io.minio.Http;
import io.minio.MinioAsyncClient;
import io.minio.Xml;
import io.minio.credentials.Credentials;
import io.minio.errors.MinioException;
import io.minio.messages.ErrorResponse;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests by the vendor's client and sends them itself. The vendor's sending methods are not used because they
 * hide the status of an error that is not XML (a proxy's 503), cannot be cancelled, repeat requests on their own, and
 * copy a part's bytes as a whole.
 *
 * <p>A subclass of the client, since only its subclasses see what it was configured with; the caller's client itself is
 * neither changed nor closed.
 */
final class S3Connection extends MinioAsyncClient {

    /** An answer to a Complete may take as long as the store needs to join 8,000 parts. */
    private static final Duration COMPLETE_TIMEOUT = Duration.ofMinutes(5);

    private static final int STEP = 1 << 16;
    private static final int LONGEST_ERROR = 1 << 16;

    private final String bucket;
    private final String region;
    private final OkHttpClient sender;
    private final OkHttpClient patientSender;
    private final ExecutorService threads;

    S3Connection(MinioAsyncClient client, String bucket) {
        super(client);
        this.bucket = bucket;
        this.region = baseUrl.region() == null ? Http.US_EAST_1 : baseUrl.region();
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "drkit-s3-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        Dispatcher dispatcher = new Dispatcher(threads);
        dispatcher.setMaxRequests(256);
        dispatcher.setMaxRequestsPerHost(256);
        OkHttpClient.Builder builder = httpClient
                .newBuilder()
                .dispatcher(dispatcher)
                .retryOnConnectionFailure(false)
                .followRedirects(false);
        builder.interceptors().removeIf(Http.StatusRetryInterceptor.class::isInstance);
        this.sender = builder.build();
        this.patientSender = sender.newBuilder().readTimeout(COMPLETE_TIMEOUT).build();
    }

    String bucket() {
        return bucket;
    }

    /** What to send. An absent key means the bucket itself; the body's first {@code length} bytes are sent. */
    record Outgoing(
            Http.Method method,
            @Nullable String key,
            Map<String, String> query,
            Map<String, String> headers,
            byte @Nullable [] body,
            int length) {}

    /**
     * Sends one request once and returns its answer, which the caller closes.
     *
     * @throws S3ErrorAnswer if the answer is an error
     * @throws IOException if there was no answer
     */
    Answer send(Outgoing outgoing) throws IOException {
        Call call = call(outgoing);
        Response response = await(call);
        if (!response.isSuccessful()) {
            throw error(response);
        }
        return new Answer(call, response);
    }

    /** An answer that is no error. */
    static final class Answer implements Closeable {

        private final Call call;
        private final Response response;

        private Answer(Call call, Response response) {
            this.call = call;
            this.response = response;
        }

        int status() {
            return response.code();
        }

        String header(String name) {
            String value = response.header(name);
            return value == null ? "" : value;
        }

        InputStream body() {
            return response.body().byteStream();
        }

        /** Cuts the connection, so that closing does not read what is left of a long body. */
        void cut() {
            call.cancel();
            response.close();
        }

        @Override
        public void close() {
            response.close();
        }
    }

    private Call call(Outgoing outgoing) throws IOException {
        byte[] content = outgoing.body();
        Http.Body body = null;
        if (content != null) {
            // Over TLS the body is not signed; its integrity is carried by Content-MD5, which every store checks.
            String sha256 = baseUrl.isHttps() ? null : Digests.sha256Hex(content, outgoing.length());
            body = new Http.Body(content, outgoing.length(), Http.DEFAULT_MEDIA_TYPE, sha256, null);
        }
        BucketArgs args = outgoing.key() == null
                ? HeadBucketArgs.builder().bucket(bucket).build()
                : HeadObjectArgs.builder().bucket(bucket).object(outgoing.key()).build();
        // Asked for each request: credentials rotate.
        Credentials credentials = provider == null ? null : provider.fetch();
        okhttp3.Request signed;
        try {
            signed = Http.S3Request.builder()
                    .userAgent(userAgent)
                    .method(outgoing.method())
                    .headers(new Http.Headers(outgoing.headers()))
                    .queryParams(new Http.QueryParameters(outgoing.query()))
                    .args(args)
                    .body(body)
                    .build()
                    .toRequest(baseUrl, region, credentials)
                    .httpRequest();
        } catch (MinioException e) {
            throw new IOException("Cannot sign a request", e);
        }
        if (content != null) {
            signed = signed.newBuilder()
                    .method(outgoing.method().toString(), new Slice(content, outgoing.length()))
                    .build();
        }
        boolean patient =
                outgoing.method() == Http.Method.POST && outgoing.query().containsKey("uploadId");
        return (patient ? patientSender : sender).newCall(signed);
    }

    /** Waits on another thread's behalf, because a blocking socket does not notice an interruption. */
    private static Response await(Call call) throws IOException {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        call.enqueue(new Callback() {
            @Override
            public void onFailure(Call failed, IOException e) {
                answer.completeExceptionally(e);
            }

            @Override
            public void onResponse(Call answered, Response response) {
                answer.complete(response);
            }
        });
        try {
            return answer.get();
        } catch (InterruptedException e) {
            call.cancel();
            // The body's array belongs to the caller again only when the call has ended; a cut call ends at once.
            answer.handle((response, failure) -> {
                        if (response != null) {
                            response.close();
                        }
                        return failure;
                    })
                    .join();
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("Interrupted while waiting for the store").initCause(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException("The request failed", e.getCause());
        }
    }

    private static S3ErrorAnswer error(Response response) throws IOException {
        try (response;
                ResponseBody body = response.body()) {
            byte[] text = body.byteStream().readNBytes(LONGEST_ERROR);
            return new S3ErrorAnswer(response.code(), errorCode(new String(text, StandardCharsets.UTF_8)));
        }
    }

    /** Returns the code of an error document, or nothing if the text is not one. */
    static String errorCode(String xml) {
        if (xml.isBlank()) {
            return "";
        }
        try {
            String code = Xml.<ErrorResponse>unmarshal(ErrorResponse.class, xml).code();
            return code == null ? "" : code;
        } catch (MinioException e) {
            // A proxy's error page: the status alone has to do.
            return "";
        }
    }

    @Override
    public void close() {
        sender.dispatcher().cancelAll();
        threads.shutdown();
        super.close();
    }

    /** A body that is handed to the socket step by step; in one piece, it would be copied whole first. */
    private static final class Slice extends RequestBody {

        private final byte[] content;
        private final int length;

        Slice(byte[] content, int length) {
            this.content = content;
            this.length = length;
        }

        @Override
        public MediaType contentType() {
            return Http.DEFAULT_MEDIA_TYPE;
        }

        @Override
        public long contentLength() {
            return length;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            for (int at = 0; at < length; at += STEP) {
                sink.write(content, at, Math.min(STEP, length - at));
            }
        }
    }
}
