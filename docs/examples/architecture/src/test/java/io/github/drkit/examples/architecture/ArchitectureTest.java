package io.github.drkit.examples.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What design and style say about the shape of the code, asked of every class of every module. */
class ArchitectureTest {

    private static final String BASE = "io.github.drkit";

    /** Nested types included. Beyond these nobody reads a package as a whole. */
    private static final int PUBLIC_TYPES_OF_THE_WORDS = 48;

    private static final int PUBLIC_TYPES_OF_A_PACKAGE = 20;

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(BASE);

    private final Rules rules = new Rules(BASE);

    @TestFactory
    Stream<DynamicTest> rulesHoldForEveryClass() {
        return Stream.concat(
                        Stream.of(
                                rules.wordsUseOnlyTheJdk(),
                                rules.errorsUseOnlyTheJdk(),
                                rules.storeSpiUsesOnlyTheWords(),
                                rules.nothingBelowTheExamplesUsesAnAdapter(),
                                rules.nothingShippedUsesTheTestkit(),
                                rules.testkitUsesNoClientSdk(),
                                rules.onlyMetricsUseMicrometer(),
                                rules.packagesHaveNoCycles(),
                                rules.timeIsPassedIn(),
                                rules.nothingSleeps(),
                                rules.chanceIsPassedIn(),
                                rules.librariesDoNotTouchTheConsole(),
                                rules.nothingIsUnsupported(),
                                rules.namesSayWhatATypeIs(),
                                rules.accessorsHaveNoPrefix(),
                                rules.publicMethodsTakeNoBooleans(),
                                rules.optionalIsOnlyReturned(),
                                rules.noStaticStateChanges(),
                                rules.publicErrorsAreOfTheFamily(),
                                rules.packagesAreNullMarked(),
                                rules.publicSignaturesNameNoVendor(),
                                rules.fewTypesArePublic(PUBLIC_TYPES_OF_THE_WORDS, PUBLIC_TYPES_OF_A_PACKAGE)),
                        Rules.adapters().stream().map(rules::noAdapterUsesAnother))
                .map(ArchitectureTest::test);
    }

    @Test
    void everyModuleIsSeen() {
        assertThat(Stream.of(
                                "",
                                ".error",
                                ".testkit",
                                ".minio",
                                ".aws",
                                ".k8s",
                                ".gitops",
                                ".examples.quickstart",
                                ".examples.figures",
                                ".examples.toy")
                        .map(name -> BASE + name))
                .allMatch(name -> CLASSES.containPackage(name));
    }

    @Test
    void testsDoNotSleepEither() {
        List<Path> tests = testClassesOfTheOtherModules();

        assertThat(tests)
                .as("folders with test classes; build the whole reactor")
                .isNotEmpty();
        rules.nothingSleeps().check(new ClassFileImporter().importPaths(tests));
    }

    private static DynamicTest test(ArchRule rule) {
        return DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(CLASSES));
    }

    private static List<Path> testClassesOfTheOtherModules() {
        Path root = Path.of("").toAbsolutePath().getParent().getParent().getParent();
        List<Path> folders = testClasses(root, "dr-*");
        folders.addAll(testClasses(root.resolve("docs/examples"), "*"));
        folders.remove(Path.of("").toAbsolutePath().resolve("target/test-classes")); // wrong on purpose
        return folders;
    }

    private static List<Path> testClasses(Path parent, String name) {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(parent, name)) {
            for (Path module : modules) {
                Path classes = module.resolve("target/test-classes");
                if (Files.isDirectory(classes)) {
                    folders.add(classes);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folders;
    }
}
