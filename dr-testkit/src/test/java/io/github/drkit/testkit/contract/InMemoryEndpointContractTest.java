package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryEndpoint;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InMemoryEndpointContractTest extends EndpointSwitchContract {

    private FaultScript faults = new FaultScript();
    InMemoryEndpoint value = new InMemoryEndpoint("secret", "old", faults);
    InMemoryEndpoint beside = new InMemoryEndpoint("beside", "old", faults);

    @Override
    protected void makeWorld() {
        faults = new FaultScript();
        value = new InMemoryEndpoint("secret", "old", faults);
        beside = new InMemoryEndpoint("beside", "old", faults);
    }

    @Override
    protected EndpointSwitch endpoint() {
        return value.switchTo("new", EndpointSwitch.Place.OUTSIDE);
    }

    @Override
    protected String leads() {
        return value.value();
    }

    @Override
    protected String beside() {
        return beside.value();
    }

    @Override
    protected void changeByOther() {
        value.set("third");
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

    @Test
    void whatSomebodyElseChangedIsNamed() {
        value.set("third");

        assertThatThrownBy(() -> endpoint().undo(Map.of("before", "old"), null))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot switch endpoint 'secret': it names 'third' but 'new' is required\n"
                        + "Hint: Who changed it? [DRK-FAKE-021]");
    }
}
