package io.github.drkit.testkit.rds;

import io.github.drkit.TimeSource;
import io.github.drkit.testkit.rds.AwsFault.Effect;
import io.github.drkit.testkit.wire.HttpWire;
import io.github.drkit.testkit.wire.HttpWire.Reply;
import io.github.drkit.testkit.wire.HttpWire.Request;
import java.io.IOException;
import java.net.URI;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What all fakes of AWS do alike: signatures looked at, faults, records. What differs is the protocol. */
final class AwsWire implements AutoCloseable {

    /** How one service is spoken, and what it does. */
    interface Protocol {

        /** Reads a request; the credential was read before. */
        Asked read(Request request, byte[] body, Credential credential) throws AwsRefusal;

        /** Does what is asked and answers; several at a time. */
        Reply run(Asked asked) throws AwsRefusal;

        /** Says no. */
        Reply refusal(AwsRefusal refusal, String requestId);

        /** How this protocol calls a wrong access key. */
        AwsRefusal wrongKey();
    }

    /** What a signature is made for; nothing is known of an unsigned request. */
    record Credential(String accessKey, String region, String service) {}

    private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/,]+)/[^/,]+/([^/,]+)/([^/,]+)/");
    private static final Set<String> SECRETS =
            Set.of("MasterUserPassword", "TdeCredentialPassword", "PreSignedUrl", "SecretString", "SecretBinary");
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final TimeSource time;
    private final AwsScript script;
    private final Protocol protocol;
    private final HttpWire wire;
    private final AtomicLong requests = new AtomicLong();

    AwsWire(String name, TimeSource time, AwsScript script, Protocol protocol) {
        this.time = time;
        this.script = script;
        this.protocol = protocol;
        this.wire = HttpWire.begin(name, this::answer);
    }

    URI endpoint() {
        return wire.endpoint();
    }

    AwsScript script() {
        return script;
    }

    @Override
    public void close() {
        wire.close();
    }

    private Reply answer(Request request) throws IOException {
        byte[] body = request.body().readAllBytes();
        if (script.callerIsDead()) {
            return Reply.DROPPED;
        }
        String requestId = String.format(Locale.ROOT, "00000000-0000-0000-0000-%012d", requests.incrementAndGet());
        Matcher signed = CREDENTIAL.matcher(request.header("Authorization"));
        Credential credential = signed.find()
                ? new Credential(signed.group(1), signed.group(2), signed.group(3))
                : new Credential("", "", "");
        Asked asked = null;
        String code = "";
        Reply reply;
        try {
            asked = protocol.read(request, body, credential);
            reply = suffer(asked);
        } catch (AwsRefusal refusal) {
            code = refusal.code();
            reply = protocol.refusal(refusal, requestId);
        } catch (RuntimeException e) {
            // A mistake of the fake's: said aloud, for a dropped connection would look like a fault of the script.
            AwsRefusal broken = new AwsRefusal(500, "FakeIsBroken", e.toString());
            code = broken.code();
            reply = protocol.refusal(broken, requestId);
        }
        if (asked != null) {
            script.record(new AwsCall(
                    asked.service(), asked.region(), asked.action(), shown(asked.parameters()), reply.status(), code));
        }
        return reply.status() == 0 ? reply : dated(reply, requestId);
    }

    private Reply suffer(Asked asked) throws AwsRefusal {
        List<AwsFault> hits = script.hit(asked);
        AwsFault slow = AwsScript.of(hits, Effect.SLOW);
        if (slow != null) {
            pass(slow);
        }
        AwsFault error = AwsScript.of(hits, Effect.ANSWER);
        if (error != null) {
            String text = error.code().startsWith("Throttling") ? "Rate exceeded" : "Injected by the fault script";
            throw new AwsRefusal(error.status(), error.code(), text);
        }
        if (AwsScript.of(hits, Effect.CRASH_BEFORE) != null) {
            script.die();
            return Reply.DROPPED;
        }
        if (AwsScript.of(hits, Effect.DROP_BEFORE) != null) {
            return Reply.DROPPED;
        }
        boolean dies = AwsScript.of(hits, Effect.CRASH_AFTER) != null;
        boolean lost = dies || AwsScript.of(hits, Effect.DROP_AFTER) != null;
        Reply reply;
        try {
            reply = authorised(asked);
        } catch (AwsRefusal refusal) {
            if (!lost) {
                throw refusal;
            }
            reply = Reply.DROPPED;
        }
        if (dies) {
            script.die();
        }
        if (lost) {
            return Reply.DROPPED;
        }
        AwsFault cut = AwsScript.of(hits, Effect.CUT);
        return cut == null ? reply : reply.cutAfter(cut.bytes());
    }

    private void pass(AwsFault slow) {
        try {
            time.sleep(slow.delay());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply authorised(Asked asked) throws AwsRefusal {
        if (asked.accessKey().isEmpty()) {
            throw new AwsRefusal(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
        }
        if (!asked.accessKey().equals(script.accessKey())) {
            throw protocol.wrongKey();
        }
        return protocol.run(asked);
    }

    private Reply dated(Reply reply, String requestId) {
        Map<String, String> headers = new TreeMap<>(reply.headers());
        headers.put("Date", HTTP_DATE.format(time.now()));
        headers.put("x-amzn-RequestId", requestId);
        return new Reply(reply.status(), headers, reply.body(), reply.cut());
    }

    private static Map<String, String> shown(Map<String, String> parameters) {
        Map<String, String> shown = new TreeMap<>(parameters);
        shown.replaceAll((name, value) -> SECRETS.contains(name) ? "***" : value);
        return shown;
    }

    static String orEmpty(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
