package io.github.drkit.testkit;

import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.event.RecoveryListener;
import java.util.ArrayList;
import java.util.List;

/** Keeps every event it is told of, in order. Thread-safe. */
public final class RecordingListener implements RecoveryListener {

    private final List<RecoveryEvent> events = new ArrayList<>();

    /** Begins with no event. */
    public RecordingListener() {}

    @Override
    public synchronized void on(RecoveryEvent event) {
        events.add(event);
    }

    /**
     * Returns what was told so far.
     *
     * @return a copy
     */
    public synchronized List<RecoveryEvent> events() {
        return List.copyOf(events);
    }

    /**
     * Returns the events of one kind told so far.
     *
     * @param kind such as {@code RecoveryEvent.StepEnded.class}
     * @param <E> the kind
     * @return a copy, in order
     */
    public synchronized <E extends RecoveryEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
