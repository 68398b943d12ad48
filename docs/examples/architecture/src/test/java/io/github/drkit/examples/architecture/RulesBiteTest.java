package io.github.drkit.examples.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that never fails proves nothing: each is run over classes that are wrong on purpose. */
class RulesBiteTest {

    private static final String BAD = RulesBiteTest.class.getPackageName() + ".bad";

    private static final JavaClasses WRONG = new ClassFileImporter().importPackages(BAD);

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aWrongClassIsNamed(String wrong, ArchRule rule) {
        assertThat(violationsOf(rule)).contains(wrong);
    }

    static Stream<Arguments> aWrongClassIsNamed() {
        Rules rules = new Rules(BAD);
        return Stream.of(
                arguments("WordUsingTheEngine", rules.wordsUseOnlyTheJdk()),
                arguments("ErrorThatLogs", rules.errorsUseOnlyTheJdk()),
                arguments("StoreUsingTheEngine", rules.storeSpiUsesOnlyTheWords()),
                arguments("EngineUsingAnAdapter", rules.nothingBelowTheExamplesUsesAnAdapter()),
                arguments("EngineUsingAnAdapter", rules.nothingShippedUsesTheTestkit()),
                arguments("FakeUsingTheClient", rules.testkitUsesNoClientSdk()),
                arguments("MinioUsingAws", rules.noAdapterUsesAnother("minio")),
                arguments("EngineUsingMetrics", rules.onlyMetricsUseMicrometer()),
                arguments("Slice aws -> \n                Slice engine", rules.packagesHaveNoCycles()),
                arguments("ClockManager.now()", rules.timeIsPassedIn()),
                arguments("ClockManager.nowByReference()", rules.timeIsPassedIn()),
                arguments("ClockManager.pause()", rules.nothingSleeps()),
                arguments("ClockManager.id()", rules.chanceIsPassedIn()),
                arguments("ClockManager.say(java.lang.String)", rules.librariesDoNotTouchTheConsole()),
                arguments("ClockManager.notHere()", rules.nothingIsUnsupported()),
                arguments("ClockManager has a banned name", rules.namesSayWhatATypeIs()),
                arguments("InABannedPackage lies in a package util", rules.namesSayWhatATypeIs()),
                arguments("PublicVices.getName()", rules.accessorsHaveNoPrefix()),
                arguments("PublicVices.run(boolean)", rules.publicMethodsTakeNoBooleans()),
                arguments("PublicVices.find(java.util.Optional)", rules.optionalIsOnlyReturned()),
                arguments("ClockManager.calls", rules.noStaticStateChanges()),
                arguments("PublicVices$OwnException", rules.publicErrorsAreOfTheFamily()),
                arguments("NotNullMarked is not null-marked", rules.packagesAreNullMarked()),
                arguments("PublicVices.inherited shows io.minio.MinioClient", rules.publicSignaturesNameNoVendor()),
                arguments("PublicVices.returned() shows io.minio.MinioClient", rules.publicSignaturesNameNoVendor()),
                arguments(
                        "PublicVices.thrown() shows io.minio.errors.MinioException",
                        rules.publicSignaturesNameNoVendor()),
                arguments(
                        "PublicVices.<init>(io.minio.MinioClient) shows io.minio.MinioClient",
                        rules.publicSignaturesNameNoVendor()),
                arguments("PublicVices$Shown.component() shows", rules.publicSignaturesNameNoVendor()),
                arguments("bad has 3 public types but at most 2", rules.fewTypesArePublic(2, 1)));
    }

    @Test
    void aFactoryMayAcceptAClientAndAHiddenFieldMayHoldIt() {
        assertThat(violationsOf(new Rules(BAD).publicSignaturesNameNoVendor()))
                .doesNotContain("accepting")
                .doesNotContain("hidden");
    }

    @Test
    void namesTheJdkDemandsAreNotOurs() {
        assertThat(violationsOf(new Rules(BAD).accessorsHaveNoPrefix())).doesNotContain("getMessage");
        assertThat(violationsOf(new Rules(BAD).publicMethodsTakeNoBooleans())).doesNotContain("equals");
    }

    private static String violationsOf(ArchRule rule) {
        return catchThrowableOfType(AssertionError.class, () -> rule.check(WRONG))
                .getMessage();
    }
}
