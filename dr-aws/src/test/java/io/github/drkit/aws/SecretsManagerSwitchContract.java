package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Plan.Remark;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.testkit.contract.EndpointSwitchContract;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** The contract's world in one secret, by the real client, at every server that claims to be like Secrets Manager. */
abstract class SecretsManagerSwitchContract extends EndpointSwitchContract {

    static final String SECRET = "fineract-db-credentials";
    static final String OLD =
            "{\"host\":\"old.example\",\"jdbc-url\":\"jdbc:postgresql://old.example/bank\",\"password\":\"hunter2\","
                    + "\"port\":5432}";
    static final String RESTART =
            "applications that read secret 'fineract-db-credentials' once must be restarted, and copies"
                    + " of it, such as those of an External Secrets operator, refreshed";
    private static final String NEW = OLD.replace("old.example", "new.example");

    /** Of an account without secrets. */
    abstract SecretsManagerClient makeAccount() throws Exception;

    abstract SecretsManagerClient client();

    @Override
    protected void makeWorld() throws Exception {
        makeAccount().createSecret(create -> create.name(SECRET).secretString(OLD));
    }

    @Override
    protected EndpointSwitch endpoint() {
        return to("new.example");
    }

    final EndpointSwitch to(String host) {
        return SecretsManagerSwitch.of(
                client(), SECRET, Map.of("host", host, "jdbc-url", "jdbc:postgresql://" + host + "/bank"), time());
    }

    final String value() {
        return client().getSecretValue(get -> get.secretId(SECRET).versionStage("AWSCURRENT"))
                .secretString();
    }

    @Override
    protected String leads() {
        return value().equals(OLD) ? "old" : value().equals(NEW) ? "new" : value();
    }

    @Override
    protected String beside() {
        return value().replaceAll("(old|new)\\.example", "somewhere");
    }

    @Test
    void thePlanNamesOtherKeysThatHoldTheOldHost() {
        Change change = SecretsManagerSwitch.of(client(), SECRET, Map.of("host", "new.example"), time())
                .plan();

        assertThat(texts(change))
                .containsExactly(
                        RESTART,
                        "secret 'fineract-db-credentials' also names the old side in [jdbc-url], which is left so: name"
                                + " these keys too if applications read them");
        assertThat(texts(endpoint().plan())).as("all are switched").containsExactly(RESTART);
    }

    @Test
    void thePlanNamesOtherSecretsThatHoldTheOldHost() {
        put("keycloak-db", "{\"db-host\":\"OLD.example\",\"password\":\"hunter2\"}");
        put("legacy", "postgres://app:hunter2@old.example/bank");
        put("elsewhere", "{\"host\":\"third.example\"}");
        SecretsManagerSwitch searching = SecretsManagerSwitch.of(
                        client(), SECRET, Map.of("jdbc-url", "jdbc:postgresql://new.example/bank"), time())
                .searchingOthers();

        Change change = searching.plan();

        assertThat(texts(change))
                .containsExactly(
                        RESTART,
                        "secret 'fineract-db-credentials' also names the old side in [host], which is left so: name these"
                                + " keys too if applications read them",
                        "secret 'keycloak-db' also names the old side, in [db-host]; this plan does not change it",
                        "secret 'legacy' also names the old side, in its text; this plan does not change it");
        assertThat(change.toString()).doesNotContain("hunter2");
    }

    final void put(String name, String value) {
        client().createSecret(create -> create.name(name).secretString(value));
    }

    static List<String> texts(Change change) {
        return change.remarks().stream().map(Remark::text).toList();
    }

    @Override
    protected void changeByOther() {
        client().putSecretValue(put -> put.secretId(SECRET).secretString(OLD.replace("old.example", "third.example")));
    }

    @Override
    protected Set<String> secrets() {
        return Set.of("hunter2");
    }
}
