package io.github.drkit.testkit.contract;

import io.github.drkit.cutover.Fence;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryServer;
import java.util.Set;

class InMemoryFenceContractTest extends FenceContract {

    private FaultScript faults = new FaultScript();
    InMemoryServer server = new InMemoryServer("old", faults);
    int session;

    @Override
    protected void makeWorld() {
        faults = new FaultScript();
        server = new InMemoryServer("old", faults).admit("app").admit("batch").lockOut("retired");
    }

    @Override
    protected Fence fence() {
        return server.fence();
    }

    @Override
    protected String world() {
        return server.roles().toString();
    }

    @Override
    protected boolean writesAnew() {
        return server.connect("app")
                .flatMap(number -> server.write(number, "anew"))
                .isPresent();
    }

    @Override
    protected void openSession() {
        session = server.connect("batch").orElseThrow();
    }

    @Override
    protected boolean writesInSession() {
        return server.write(session, "in session").isPresent();
    }

    @Override
    protected boolean slipsIn() {
        server.admit("app");
        return true;
    }

    @Override
    protected boolean losesAnswer(int number) {
        faults.at(Call.CHANGE, number, Fault.LOSE_ANSWER);
        return true;
    }

    @Override
    protected Set<String> secrets() {
        return Set.of("hunter2");
    }
}
