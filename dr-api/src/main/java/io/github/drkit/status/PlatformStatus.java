package io.github.drkit.status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How everything a host protects stood at one time. A value: it does not change, and making it changed nothing.
 *
 * @param at when it was looked at, UTC, by this machine's clock
 * @param components in the order they were given
 * @param unprotected what exists and nobody backs up, and what is to be backed up and does not exist
 * @param unseen where it could not be looked for such things, one sentence each
 * @param waiting runs that wait for a person and belong to no component here
 * @param problems journals that could not be read, one sentence each
 */
public record PlatformStatus(
        Instant at,
        List<ComponentStatus> components,
        List<Unprotected> unprotected,
        List<String> unseen,
        List<PastRun> waiting,
        List<String> problems) {

    /** Copies the lists. */
    public PlatformStatus {
        components = List.copyOf(components);
        unprotected = List.copyOf(unprotected);
        unseen = List.copyOf(unseen);
        waiting = List.copyOf(waiting);
        problems = List.copyOf(problems);
    }

    /**
     * Finds a component by its name.
     *
     * @param component which
     * @return how it stands, or empty if there is no such component
     */
    public Optional<ComponentStatus> find(String component) {
        return components.stream()
                .filter(status -> status.component().equals(component))
                .findFirst();
    }

    /**
     * Returns how the RPO of the whole stands.
     *
     * @return the worst of all components, the first of several; MISSED if anything is {@link #unprotected}, UNKNOWN if
     *     that cannot be told
     */
    public Judgement rpo() {
        Judgement worst = worst(ComponentStatus::rpo);
        if (!unprotected.isEmpty() && worst.state() != State.MISSED) {
            Unprotected first = unprotected.get(0);
            return new Judgement(
                    State.MISSED,
                    first + (unprotected.size() == 1 ? "" : "; and " + (unprotected.size() - 1) + " more"),
                    first.what());
        }
        if (!unseen.isEmpty() && worst.state().compareTo(State.UNKNOWN) < 0) {
            return new Judgement(State.UNKNOWN, unseen.get(0), "");
        }
        return worst;
    }

    /**
     * Returns how the RTO of the whole stands.
     *
     * @return the worst of all components, the first of several
     */
    public Judgement rto() {
        return worst(ComponentStatus::rto);
    }

    /**
     * Returns how the whole stands.
     *
     * @return the worse of RPO and RTO; of two equal ones the RPO
     */
    public Judgement whole() {
        Judgement rpo = rpo();
        Judgement rto = rto();
        return rpo.state().worst(rto.state()) == rpo.state() ? rpo : rto;
    }

    /**
     * Returns how much would be lost now at most.
     *
     * @return the largest of all components; empty if that of one is not known or not bounded
     */
    public Optional<Duration> rpoNow() {
        Duration largest = Duration.ZERO;
        for (ComponentStatus component : components) {
            Optional<Duration> lost = component.holdings().rpoNow();
            if (lost.isEmpty()) {
                return Optional.empty();
            }
            largest = lost.get().compareTo(largest) > 0 ? lost.get() : largest;
        }
        return components.isEmpty() || !unprotected.isEmpty() || !unseen.isEmpty()
                ? Optional.empty()
                : Optional.of(largest);
    }

    /**
     * Renders the status for a person.
     *
     * @return lines of text, the same for the same status
     */
    public String render() {
        return StatusText.of(this);
    }

    /**
     * Renders the status as Markdown. Whatever a name or message holds stays text, in its own cell.
     *
     * @return a heading and a table for each component
     */
    public String toMarkdown() {
        return StatusText.markdown(this);
    }

    /**
     * Writes the status for a program.
     *
     * @return canonical JSON of the schema {@code drkit-status/1}
     */
    public String toJson() {
        return StatusJson.of(this);
    }

    private Judgement worst(Function<ComponentStatus, Judgement> objective) {
        Judgement worst = components.isEmpty()
                ? new Judgement(State.UNKNOWN, "nothing is protected here", "")
                : objective.apply(components.get(0));
        for (ComponentStatus component : components) {
            Judgement one = objective.apply(component);
            worst = one.state().compareTo(worst.state()) > 0 ? one : worst;
        }
        return worst;
    }
}
