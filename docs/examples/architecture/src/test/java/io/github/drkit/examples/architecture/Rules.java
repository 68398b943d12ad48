package io.github.drkit.examples.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * The rules of the house for all packages below one base package. The base is a parameter, so that each rule can also
 * be run over a small wrong copy of the layout and shown to bite.
 *
 * @param base the package of the words, {@code io.github.drkit} for the real thing
 */
record Rules(String base) {

    private static final List<String> ADAPTERS = List.of("aws", "minio", "k8s", "gitops");

    private static final String[] VENDORS = {
        "io.minio..",
        "okhttp3..",
        "com.github.luben..",
        "com.exceptionfactory..",
        "com.fasterxml..",
        "tools.jackson..",
        "software.amazon..",
        "io.fabric8..",
        "org.eclipse.jgit..",
        "io.github.resilience4j..",
        "com.cronutils..",
        "io.micrometer..",
        "org.gaul..",
        "org.postgresql..",
        "org.slf4j..",
    };

    /** Of java.base and java.sql what exists there; java.net.http and java.util.logging are other modules. */
    private static final String[] JDK = {
        "java.lang..",
        "java.io..",
        "java.math..",
        "java.net",
        "java.nio..",
        "java.security..",
        "java.text..",
        "java.time..",
        "java.util",
        "java.util.concurrent..",
        "java.util.function..",
        "java.util.regex..",
        "java.util.stream..",
        "java.util.zip..",
        "javax.crypto..",
        "javax.net..",
        "java.sql..",
        "javax.sql..",
        "org.jspecify.annotations..",
    };

    private static final Map<String, Set<String>> CLOCKS = Map.ofEntries(
            Map.entry("java.time.Instant", Set.of("now")),
            Map.entry("java.time.LocalDate", Set.of("now")),
            Map.entry("java.time.LocalTime", Set.of("now")),
            Map.entry("java.time.LocalDateTime", Set.of("now")),
            Map.entry("java.time.OffsetDateTime", Set.of("now")),
            Map.entry("java.time.ZonedDateTime", Set.of("now")),
            Map.entry("java.time.InstantSource", Set.of("system")),
            Map.entry("java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system")),
            Map.entry("java.lang.System", Set.of("currentTimeMillis", "nanoTime")),
            Map.entry("java.util.Timer", Set.of("<init>")));

    private static final Map<String, Set<String>> SLEEPS = Map.of(
            "java.lang.Thread", Set.of("sleep", "onSpinWait"),
            "java.util.concurrent.TimeUnit", Set.of("sleep"),
            "java.util.concurrent.locks.LockSupport", Set.of("parkNanos", "parkUntil"));

    private static final Map<String, Set<String>> CHANCE = Map.of(
            "java.util.UUID", Set.of("randomUUID"),
            "java.util.concurrent.ThreadLocalRandom", Set.of("current"),
            "java.lang.Math", Set.of("random"));

    private static final Map<String, Set<String>> CONSOLE = Map.of(
            "java.lang.System", Set.of("out", "err", "console", "exit"),
            "java.lang.Throwable", Set.of("printStackTrace"));

    private static final Set<String> BANNED_SUFFIXES =
            Set.of("Manager", "Helper", "Util", "Utils", "Impl", "Data", "Info", "Processor", "Handler", "DTO", "Dto");

    private static final Set<String> BANNED_PACKAGES = Set.of("util", "utils", "common", "helper", "impl", "internal");

    ArchRule wordsUseOnlyTheJdk() {
        return classes()
                .that()
                .resideInAPackage(base)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(JDK).or(resideInAnyPackage(base, sub("error"))))
                .because("whoever reads the words needs nothing else on the class path");
    }

    ArchRule errorsUseOnlyTheJdk() {
        return classes()
                .that()
                .resideInAPackage(sub("error"))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(JDK).or(resideInAPackage(sub("error"))))
                .because("the errors are below everything");
    }

    ArchRule storeSpiUsesOnlyTheWords() {
        return classes()
                .that()
                .resideInAPackage(sub("store"))
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(JDK).or(resideInAnyPackage(base, sub("error"), sub("store"))))
                .because("an SPI must not bring dependencies to those who implement it");
    }

    ArchRule noAdapterUsesAnother(String adapter) {
        String[] others = ADAPTERS.stream()
                .filter(other -> !other.equals(adapter))
                .map(other -> sub(other + ".."))
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(sub(adapter + ".."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .because("what two adapters must agree on is a type in dr-api");
    }

    static List<String> adapters() {
        return ADAPTERS;
    }

    ArchRule nothingBelowTheExamplesUsesAnAdapter() {
        String[] adapters = ADAPTERS.stream().map(a -> sub(a + "..")).toArray(String[]::new);
        return noClasses()
                .that(not(resideInAnyPackage(adapters)).and(not(examples())))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(adapters)
                .because("adapters are chosen by the host");
    }

    ArchRule nothingShippedUsesTheTestkit() {
        return noClasses()
                .that(not(resideInAPackage(sub("testkit.."))).and(not(examples())))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(sub("testkit.."))
                .because("the testkit is for tests");
    }

    ArchRule testkitUsesNoClientSdk() {
        return noClasses()
                .that()
                .resideInAPackage(sub("testkit.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.minio..",
                        "okhttp3..",
                        "software.amazon..",
                        "io.fabric8..",
                        "org.eclipse.jgit..",
                        "org.mockito..")
                .because("a fake that shares code with the client it is to catch would share its mistakes");
    }

    ArchRule onlyMetricsUseMicrometer() {
        return noClasses()
                .that(not(resideInAPackage(sub("metrics"))).and(not(examples())))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micrometer..", sub("metrics"))
                .because("a host that wants no meters need not have Micrometer");
    }

    ArchRule packagesHaveNoCycles() {
        return slices().matching(base + ".(*)..").should().beFreeOfCycles();
    }

    ArchRule timeIsPassedIn() {
        return noClasses()
                .that(not(named(base + ".SystemTime")))
                .should()
                .accessTargetWhere(oneOf(CLOCKS, "the machine's clock"))
                .because("a drill of four hours must replay in milliseconds: ask TimeSource");
    }

    ArchRule nothingSleeps() {
        return noClasses()
                .that(not(named(base + ".SystemTime")))
                .should()
                .accessTargetWhere(oneOf(SLEEPS, "a way to sleep"))
                .because("there is one way to wait: TimeSource");
    }

    /** {@code SecureRandom} stays allowed: it makes secrets, and those must not be repeatable. */
    ArchRule chanceIsPassedIn() {
        return noClasses()
                .that(not(examples()))
                .should()
                .accessTargetWhere(oneOf(CHANCE, "a hidden source of chance"))
                .because("ids and randomness are passed in, else a failing run cannot be repeated");
    }

    ArchRule librariesDoNotTouchTheConsole() {
        return noClasses()
                .that(not(examples()))
                .should()
                .accessTargetWhere(oneOf(CONSOLE, "the console"))
                .because("the console belongs to the host");
    }

    ArchRule nothingIsUnsupported() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(UnsupportedOperationException.class)
                .because("what an implementation cannot do is declared and judged while planning");
    }

    ArchRule namesSayWhatATypeIs() {
        return classes().should(new ArchCondition<>("have a name that says what they are") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String name = type.getSimpleName();
                if (BANNED_SUFFIXES.stream().anyMatch(name::endsWith) || name.startsWith("Abstract")) {
                    events.add(violated(type, type.getName() + " has a banned name"));
                }
                Stream.of(type.getPackageName().split("\\."))
                        .filter(BANNED_PACKAGES::contains)
                        .forEach(part -> events.add(violated(type, type.getName() + " lies in a package " + part)));
            }
        });
    }

    ArchRule accessorsHaveNoPrefix() {
        return methods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat(visible())
                .should(methodCondition(
                        "not begin with get", method -> method.getName().matches("get[A-Z].*") && !overrides(method)))
                .because("an accessor is called like what it returns");
    }

    ArchRule publicMethodsTakeNoBooleans() {
        return methods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat(visible())
                .should(methodCondition(
                        "take no boolean",
                        method -> !overrides(method)
                                && method.getRawParameterTypes().stream()
                                        .anyMatch(type -> type.isEquivalentTo(boolean.class)
                                                || type.isEquivalentTo(Boolean.class))))
                .because("a call with true and false cannot be read; two methods or an enum can");
    }

    /** Methods only: what a record's accessor returns its constructor has to take. */
    ArchRule optionalIsOnlyReturned() {
        return methods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat(visible())
                .should(methodCondition(
                        "take no Optional",
                        method -> method.getRawParameterTypes().stream()
                                .anyMatch(type -> type.isEquivalentTo(Optional.class))))
                .because("two methods say it better");
    }

    ArchRule noStaticStateChanges() {
        return fields().that().areStatic().should().beFinal().because("there is no static mutable state");
    }

    ArchRule publicErrorsAreOfTheFamily() {
        return classes()
                .that(visible())
                .and()
                .areAssignableTo(Throwable.class)
                .should()
                .beAssignableTo(named(base + ".error.DrException"))
                .orShould()
                .beAssignableTo(java.io.IOException.class)
                .because("an operator meets one family of coded errors; streams have their own");
    }

    ArchRule packagesAreNullMarked() {
        return classes().should(new ArchCondition<>("lie in null-marked packages") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(violated(type, type.getPackageName() + " of " + type.getName() + " is not null-marked"));
                }
            }
        });
    }

    ArchRule publicSignaturesNameNoVendor() {
        return classes().that(visible()).should(new ArchCondition<>("name no vendor type in their signatures") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                signature(type)
                        .filter(resideInAnyPackage(VENDORS))
                        .map(JavaClass::getName)
                        .forEach(vendor -> events.add(violated(type, type.getName() + " is made of " + vendor)));
                for (JavaField field : type.getFields()) {
                    if (reachable(type, field.getModifiers())) {
                        report(events, field, field.getFullName(), involved(field.getType()));
                    }
                }
                for (JavaCodeUnit unit : type.getCodeUnits()) {
                    if (reachable(type, unit.getModifiers())) {
                        report(events, unit, unit.getFullName(), Stream.concat(result(unit), accepted(unit)));
                    }
                }
            }
        });
    }

    ArchRule fewTypesArePublic(int inBase, int elsewhere) {
        return classes().that(visible()).should(new ArchCondition<>("be few") {
            private final Map<String, Set<String>> byPackage = new TreeMap<>();

            @Override
            public void check(JavaClass type, ConditionEvents events) {
                byPackage
                        .computeIfAbsent(type.getPackageName(), name -> new TreeSet<>())
                        .add(type.getName());
            }

            @Override
            public void finish(ConditionEvents events) {
                byPackage.forEach((name, types) -> {
                    int limit = name.equals(base) ? inBase : elsewhere;
                    if (types.size() > limit) {
                        events.add(violated(
                                types,
                                name + " has " + types.size() + " public types but at most " + limit + ": " + types));
                    }
                });
            }
        });
    }

    private String sub(String name) {
        return base + "." + name;
    }

    private DescribedPredicate<JavaClass> examples() {
        return resideInAPackage(sub("examples.."));
    }

    private static DescribedPredicate<JavaClass> named(String name) {
        return describe("named " + name, type -> type.getName().equals(name));
    }

    private static DescribedPredicate<JavaClass> visible() {
        return describe("visible to users", Rules::isVisible);
    }

    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(Rules::isVisible).orElse(true);
    }

    private static DescribedPredicate<JavaAccess<?>> oneOf(Map<String, Set<String>> members, String description) {
        return describe(
                description,
                access -> members.entrySet().stream()
                        .anyMatch(entry -> access.getTargetOwner().isAssignableTo(entry.getKey())
                                && entry.getValue().contains(access.getTarget().getName())));
    }

    private static ArchCondition<JavaMethod> methodCondition(String description, Predicate<JavaMethod> wrong) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                if (wrong.test(method)) {
                    events.add(violated(method, method.getFullName() + " should " + description));
                }
            }
        };
    }

    /** A name that the JDK or another interface demands is not ours to choose. */
    private static boolean overrides(JavaMethod method) {
        String[] parameters =
                method.getRawParameterTypes().stream().map(JavaClass::getName).toArray(String[]::new);
        List<JavaClass> above = new ArrayList<>(method.getOwner().getAllRawSuperclasses());
        above.addAll(method.getOwner().getAllRawInterfaces());
        return above.stream()
                .anyMatch(
                        type -> type.tryGetMethod(method.getName(), parameters).isPresent());
    }

    private static boolean reachable(JavaClass type, Set<JavaModifier> modifiers) {
        return !modifiers.contains(JavaModifier.SYNTHETIC)
                && (modifiers.contains(JavaModifier.PUBLIC)
                        || (modifiers.contains(JavaModifier.PROTECTED)
                                && !type.getModifiers().contains(JavaModifier.FINAL)));
    }

    private static Stream<JavaClass> signature(JavaClass type) {
        return Stream.of(
                        type.getSuperclass().stream(),
                        type.getInterfaces().stream(),
                        type.getTypeParameters().stream().flatMap(parameter -> parameter.getUpperBounds().stream()))
                .flatMap(types -> types)
                .flatMap(Rules::involved);
    }

    private static Stream<JavaClass> result(JavaCodeUnit unit) {
        return Stream.of(
                        involved(unit.getReturnType()),
                        unit.getExceptionTypes().stream(),
                        unit.getTypeParameters().stream()
                                .flatMap(parameter -> parameter.getUpperBounds().stream())
                                .flatMap(Rules::involved))
                .flatMap(types -> types);
    }

    /** A static factory may accept a vendor's client: credentials, proxies and TLS are the host's. */
    private static Stream<JavaClass> accepted(JavaCodeUnit unit) {
        return unit.isMethod() && unit.getModifiers().contains(JavaModifier.STATIC)
                ? Stream.empty()
                : unit.getParameterTypes().stream().flatMap(Rules::involved);
    }

    private static Stream<JavaClass> involved(JavaType type) {
        return type.getAllInvolvedRawTypes().stream().map(JavaClass::getBaseComponentType);
    }

    private static void report(ConditionEvents events, Object member, String name, Stream<JavaClass> types) {
        types.filter(resideInAnyPackage(VENDORS))
                .map(JavaClass::getName)
                .distinct()
                .forEach(vendor -> events.add(violated(member, name + " shows " + vendor)));
    }
}
