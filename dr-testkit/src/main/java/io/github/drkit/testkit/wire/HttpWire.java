package io.github.drkit.testkit.wire;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A small HTTP/1.1 server at a free port of 127.0.0.1. The JDK's own writes this machine's time into the Date header of
 * every answer, so a virtual clock and a service that tells a wrong time cannot be had from it. Thread-safe.
 *
 * <p>Not for hosts; may change without notice.
 */
public final class HttpWire implements AutoCloseable {

    /** Answers requests, several at a time. */
    public interface Service {

        /**
         * Answers one request.
         *
         * @param request what was asked; its body is read by the service, or thrown away after it answered
         * @return the answer
         * @throws IOException if the request cannot be read; the connection is dropped then
         */
        Reply answer(Request request) throws IOException;
    }

    /**
     * A request.
     *
     * @param method in capitals
     * @param target path and query as sent
     * @param path decoded
     * @param query decoded; a name without a value has the empty one
     * @param headers by name, in any case
     * @param body the raw body; read at most once
     */
    public record Request(
            String method,
            String target,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            InputStream body) {

        /**
         * Returns a header.
         *
         * @param name its name, in any case
         * @return its value, or nothing
         */
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /**
     * An answer.
     *
     * @param status the status, or 0 to drop the connection without one
     * @param headers all but Content-Length, which the body gives unless it is here
     * @param body the body; not sent for a HEAD
     * @param cut after how many bytes of the body the connection is dropped; more than the body has for not at all
     */
    public record Reply(int status, Map<String, String> headers, Body body, long cut) {

        /** No answer: the connection is dropped. */
        public static final Reply DROPPED = new Reply(0, Map.of(), Body.EMPTY, 0);

        /**
         * Makes an answer that is sent as a whole.
         *
         * @param status the status
         * @param headers all but Content-Length
         * @param body the body
         * @return the answer
         */
        public static Reply of(int status, Map<String, String> headers, Body body) {
            return new Reply(status, headers, body, Long.MAX_VALUE);
        }

        /**
         * Breaks the connection in the middle of the body.
         *
         * @param bytes after how many of its bytes
         * @return the shorter answer
         */
        public Reply cutAfter(long bytes) {
            return new Reply(status, headers, body, bytes);
        }
    }

    private static final int LONGEST_LINE = 64 * 1024;

    private final ServerSocket listener;
    private final Service service;
    private final ExecutorService threads;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private HttpWire(String name, ServerSocket listener, Service service) {
        this.listener = listener;
        this.service = service;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, name + "-" + listener.getLocalPort());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Begins to listen.
     *
     * @param name the first part of its threads' names
     * @param service answers what is asked
     * @return the running server
     */
    public static HttpWire begin(String name, Service service) {
        try {
            ServerSocket listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
            HttpWire wire = new HttpWire(name, listener, service);
            wire.threads.execute(wire::accept);
            return wire;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen on the loopback address", e);
        }
    }

    /**
     * Returns where it listens.
     *
     * @return an {@code http} address with port
     */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** Drops all connections and frees the port. A second call does nothing. */
    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot stop listening", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException("Cannot accept a connection", e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
            boolean more = true;
            while (more) {
                more = exchange(in, out);
            }
        } catch (IOException e) {
            // The client went away, or sent what is no HTTP: its connection ends, and the client sees that.
        } finally {
            open.remove(socket);
        }
    }

    private boolean exchange(InputStream in, OutputStream out) throws IOException {
        String first = line(in);
        if (first.isEmpty()) {
            return false;
        }
        String[] words = first.split(" ");
        if (words.length != 3) {
            throw new IOException("Cannot read request line '" + first + "'");
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.merge(
                    line.substring(0, Math.max(0, colon)).trim(),
                    line.substring(colon + 1).trim(),
                    (a, b) -> a + "," + b);
        }
        InputStream body = new RequestBody(
                in,
                out,
                "chunked".equalsIgnoreCase(headers.get("Transfer-Encoding")),
                Long.parseLong(headers.getOrDefault("Content-Length", "0")),
                "100-continue".equalsIgnoreCase(headers.get("Expect")));
        int mark = words[1].indexOf('?');
        String path = decoded(mark < 0 ? words[1] : words[1].substring(0, mark));
        Map<String, String> query = mark < 0 ? Map.of() : query(words[1].substring(mark + 1));
        Reply reply = service.answer(new Request(words[0], words[1], path, query, headers, body));
        if (reply.status() == 0) {
            return false;
        }
        body.transferTo(OutputStream.nullOutputStream());
        return send(reply, words[0], out) && !"close".equalsIgnoreCase(headers.get("Connection"));
    }

    private static boolean send(Reply reply, String method, OutputStream out) throws IOException {
        StringBuilder head =
                new StringBuilder("HTTP/1.1 ").append(reply.status()).append(" -\r\n");
        reply.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        if (!reply.headers().containsKey("Content-Length") && reply.status() != 204) {
            head.append("Content-Length: ").append(reply.body().length()).append("\r\n");
        }
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        boolean whole = reply.cut() >= reply.body().length();
        if (!"HEAD".equals(method)) {
            (whole ? reply.body() : reply.body().range(0, reply.cut())).writeTo(out);
        }
        out.flush();
        return whole;
    }

    private static Map<String, String> query(String text) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            query.put(decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
        }
        return query;
    }

    // A plus sign is a plus sign in S3's paths and queries.
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.append((char) b);
            }
            if (line.length() > LONGEST_LINE) {
                throw new IOException("Cannot read a request: a line is longer than " + LONGEST_LINE + " bytes");
            }
        }
        return line.toString();
    }

    /** A request's body: of a known length or in chunks. Asks the client to go on, when it waits for that. */
    private static final class RequestBody extends InputStream {

        private final InputStream in;
        private final OutputStream out;
        private final boolean chunked;
        private long left;
        private boolean waiting;
        private boolean begun;
        private boolean ended;

        RequestBody(InputStream in, OutputStream out, boolean chunked, long length, boolean waiting) {
            this.in = in;
            this.out = out;
            this.chunked = chunked;
            this.left = chunked ? 0 : length;
            this.waiting = waiting;
            this.ended = !chunked && length == 0;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (waiting) {
                waiting = false;
                out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            if (chunked && left == 0 && !ended) {
                nextChunk();
            }
            if (ended || length == 0) {
                return ended ? -1 : 0;
            }
            int read = in.read(buffer, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw new EOFException("Cannot read a request: its body ended early");
            }
            left -= read;
            ended = !chunked && left == 0;
            return read;
        }

        private void nextChunk() throws IOException {
            if (begun) {
                line(in);
            }
            begun = true;
            left = Long.parseLong(line(in).split(";")[0].trim(), 16);
            if (left == 0) {
                ended = true;
                String trailer = line(in);
                while (!trailer.isEmpty()) {
                    trailer = line(in);
                }
            }
        }
    }
}
