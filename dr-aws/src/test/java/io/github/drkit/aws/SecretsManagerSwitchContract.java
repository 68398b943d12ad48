package io.github.drkit.aws;

import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.testkit.contract.EndpointSwitchContract;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** The contract's world in one secret, by the real client, at every server that claims to be like Secrets Manager. */
abstract class SecretsManagerSwitchContract extends EndpointSwitchContract {

    static final String SECRET = "fineract-db-credentials";
    static final String OLD =
            "{\"host\":\"old.example\",\"jdbc-url\":\"jdbc:postgresql://old.example/bank\",\"password\":\"hunter2\","
                    + "\"port\":5432}";
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

    @Override
    protected void changeByOther() {
        client().putSecretValue(put -> put.secretId(SECRET).secretString(OLD.replace("old.example", "third.example")));
    }

    @Override
    protected Set<String> secrets() {
        return Set.of("hunter2");
    }
}
