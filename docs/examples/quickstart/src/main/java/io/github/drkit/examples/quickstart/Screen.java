package io.github.drkit.examples.quickstart;

import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.event.RecoveryListener;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What a person sees: a line per piece of work, and on a terminal a bar that moves while it goes on. */
final class Screen implements RecoveryListener {

    private static final int WIDTH = 20;
    private static final int LINE = 100;
    /** A terminal need not be told more often than ten times a second. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final PrintStream out;
    private final boolean terminal;
    private Instant shown = Instant.EPOCH;

    Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public synchronized void on(RecoveryEvent event) {
        if (!terminal) {
            return;
        }
        if (event instanceof RecoveryEvent.StepBegun step) {
            bar("[" + " ".repeat(WIDTH) + "]  " + step.title());
        } else if (event instanceof RecoveryEvent.StepMoved step
                && Duration.between(shown, step.at()).compareTo(PAUSE) >= 0) {
            shown = step.at();
            bar(bar(step) + "  " + step.step() + "  " + new ByteSize(Math.max(1, step.bytes())));
        } else if (event instanceof RecoveryEvent.RunEnded) {
            bar("");
        }
    }

    /** Prints a line that stays. */
    synchronized void line(String format, Object... values) {
        if (terminal) {
            bar("");
        }
        out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    }

    private static String bar(RecoveryEvent.StepMoved step) {
        if (step.percent().isEmpty()) {
            return "[" + "?" + " ".repeat(WIDTH - 1) + "]";
        }
        int full = step.percent().getAsInt() * WIDTH / 100;
        return "[" + "#".repeat(full) + " ".repeat(WIDTH - full) + "] "
                + step.percent().getAsInt() + " %";
    }

    private void bar(String text) {
        String cut = text.length() > LINE ? text.substring(0, LINE) : text;
        out.print("\r" + cut + " ".repeat(LINE - cut.length()) + "\r" + cut);
        out.flush();
    }
}
