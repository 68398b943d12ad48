package io.github.drkit.testkit.fake;

import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanStep;
import io.github.drkit.StepContext;
import io.github.drkit.TimeSource;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.Fence;
import io.github.drkit.cutover.Loss;
import io.github.drkit.cutover.Loss.TableLoss;
import io.github.drkit.cutover.NewSide;
import io.github.drkit.cutover.Standing;
import io.github.drkit.testkit.fake.FaultScript.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * One side of a cut-over: roles that may or may not log in, their sessions, and a table they write to. Gives the fence
 * that locks the roles out and ends their sessions, and the new side that counts. Thread-safe.
 */
public final class InMemoryServer {

    private static final String ROLE = "role ";
    private static final String TABLE = "ledger";

    private final String name;
    private final FaultScript faults;
    private final Map<String, Boolean> roles = new TreeMap<>();
    private final Map<Integer, String> sessions = new TreeMap<>();
    private final List<String> rows = new ArrayList<>();
    private int connected;

    /**
     * Sets up a server without roles and rows.
     *
     * @param name its name, which tells it from others
     * @param faults what is to go wrong; may be added to later
     */
    public InMemoryServer(String name, FaultScript faults) {
        this.name = name;
        this.faults = faults;
    }

    /**
     * Adds a role that may log in.
     *
     * @param role its name
     * @return this
     */
    public synchronized InMemoryServer admit(String role) {
        roles.put(role, true);
        return this;
    }

    /**
     * Adds a role that may not log in, or takes that from one.
     *
     * @param role its name
     * @return this
     */
    public synchronized InMemoryServer lockOut(String role) {
        roles.put(role, false);
        return this;
    }

    /**
     * Opens a session.
     *
     * @param role whose
     * @return its number, or empty if the role may not log in
     */
    public synchronized Optional<Integer> connect(String role) {
        if (!roles.getOrDefault(role, false)) {
            return Optional.empty();
        }
        connected++;
        sessions.put(connected, role);
        return Optional.of(connected);
    }

    /**
     * Writes a row.
     *
     * @param session an open session
     * @param row any text
     * @return the row, or empty if the session was ended
     */
    public synchronized Optional<String> write(int session, String row) {
        if (!sessions.containsKey(session)) {
            return Optional.empty();
        }
        rows.add(row);
        return Optional.of(row);
    }

    /**
     * Copies the rows.
     *
     * @return in the order they were written
     */
    public synchronized List<String> rows() {
        return List.copyOf(rows);
    }

    /**
     * Tells which roles may log in.
     *
     * @return role to whether it may
     */
    public synchronized Map<String, Boolean> roles() {
        return new TreeMap<>(roles);
    }

    /**
     * Gives a fence that takes the login from every role that has it, one after the other, and then ends all sessions.
     *
     * @return the fence
     */
    public Fence fence() {
        return new RoleFence();
    }

    /**
     * Gives this server as the side that takes over.
     *
     * @return the side
     */
    public NewSide newSide() {
        return new Side();
    }

    private <T> T change(String what, Supplier<T> effect) {
        return faults.call(Call.CHANGE, what + " at '" + name + "'", effect);
    }

    private <T> T look(Supplier<T> answer) {
        return faults.call(Call.LOOK, "look at '" + name + "'", answer);
    }

    private synchronized Set<String> admitted() {
        Set<String> admitted = new TreeSet<>(roles.keySet());
        admitted.removeIf(role -> !roles.getOrDefault(role, false));
        return admitted;
    }

    private synchronized int endSessions() {
        int ended = sessions.size();
        sessions.clear();
        return ended;
    }

    private synchronized int open() {
        return sessions.size();
    }

    private final class RoleFence implements Fence {

        @Override
        public String name() {
            return "roles of " + name;
        }

        @Override
        public Set<Sessions> keepsOut() {
            return Set.of(Sessions.values());
        }

        @Override
        public Change plan() {
            Set<String> admitted = look(InMemoryServer.this::admitted);
            return new Change(
                    admitted + " may log in",
                    "Take the login from " + admitted + " and end all sessions",
                    Map.of(),
                    admitted.stream().map(role -> "lock " + role).toList(),
                    "unlock exactly those",
                    List.of(new Remark(Remark.Kind.NOTE, "whoever may unlock roles is not kept out")));
        }

        @Override
        public Standing observe(Map<String, String> made) {
            Set<String> admitted = look(InMemoryServer.this::admitted);
            if (admitted.isEmpty() && open() == 0) {
                return Standing.made("no role may log in and no session is open");
            }
            Set<String> recorded = new TreeSet<>(made.keySet());
            recorded.removeIf(fact -> !fact.startsWith(ROLE));
            boolean back = recorded.stream().allMatch(fact -> admitted.contains(fact.substring(ROLE.length())));
            String detail = admitted + " may log in, " + open() + " sessions are open";
            return back ? Standing.unmade(detail) : Standing.partly(detail);
        }

        @Override
        public void make(PlanStep step, StepContext context) {
            for (String role : admitted()) {
                context.record(ROLE + role, "login");
                change("lock role '" + role + "'", () -> lockOut(role));
            }
            change("end sessions", InMemoryServer.this::endSessions);
        }

        @Override
        public void undo(Map<String, String> made, StepContext context) {
            for (String fact : new TreeSet<>(made.keySet())) {
                if (fact.startsWith(ROLE)) {
                    String role = fact.substring(ROLE.length());
                    change("unlock role '" + role + "'", () -> admit(role));
                }
            }
        }
    }

    private final class Side implements NewSide {

        @Override
        public String name() {
            return name;
        }

        @Override
        public String identity() {
            return look(() -> "copy " + name);
        }

        @Override
        public Map<String, String> position(TimeSource time) {
            return look(() -> Map.of("rows", String.valueOf(rows().size())));
        }

        @Override
        public Loss writtenSince(Map<String, String> position) {
            long before = Long.parseLong(position.getOrDefault("rows", ""));
            return look(() -> new Loss(List.of(new TableLoss(name, TABLE, rows().size() - before, 0))));
        }
    }
}
