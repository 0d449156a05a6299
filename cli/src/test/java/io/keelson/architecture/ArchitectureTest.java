package io.keelson.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.List;
import java.util.Map;

/** The rules of the code that a compiler does not know; docs/architecture.md says why they are. */
class ArchitectureTest {
    private static final JavaClasses KEELSON =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.keelson");

    /** Modules in the order of the design: a module may use only modules above it. */
    private static final List<String> ORDER =
            List.of(
                    "host",
                    "disk",
                    "omaha",
                    "payload",
                    "channels",
                    "etcd",
                    "image",
                    "reboot",
                    "engine",
                    "server",
                    "cli",
                    "qemu");

    /** Modules whose jars are on every host. */
    private static final String[] HOST_PACKAGES = {
        "io.keelson.host..",
        "io.keelson.disk..",
        "io.keelson.omaha..",
        "io.keelson.payload..",
        "io.keelson.channels..",
        "io.keelson.etcd..",
        "io.keelson.reboot..",
        "io.keelson.engine.."
    };

    /** Parts of those modules that no host runs: what makes payloads, and what reads YAML. */
    private static final String[] BUILD_PACKAGES = {
        "..generate..",
        "io.keelson.payload.delta..",
        "io.keelson.payload.foreign..",
        "..yaml..",
        "io.keelson.reboot.serve..",
        "io.keelson.reboot.standalone.."
    };

    private static final String[] HEAVY_PACKAGES = {
        "org.springframework..",
        "org.bouncycastle..",
        "org.apache.commons..",
        "tools.jackson.databind..",
        "org.snakeyaml..",
        "com.github.luben..",
        "org.brotli.."
    };

    @Test
    void packagesFormATree() {
        slices().assignedFrom(new PackagesOfTheProject())
                .should()
                .beFreeOfCycles()
                .because("whoever reads a package should not have to read all others first")
                .check(KEELSON);
    }

    @TestFactory
    List<DynamicTest> modulesUseOnlyModulesAboveThem() {
        return ORDER.stream()
                .map(module ->
                        DynamicTest.dynamicTest(
                                module,
                                () ->
                                        usesNothingBelow(module)
                                                .allowEmptyShould(true)
                                                .check(KEELSON)))
                .toList();
    }

    private static ArchRule usesNothingBelow(String module) {
        String[] below =
                ORDER.subList(ORDER.indexOf(module) + 1, ORDER.size()).stream()
                        .map(name -> "io.keelson." + name + "..")
                        .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage("io.keelson." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(below.length == 0 ? new String[] {"none"} : below)
                .because("the design's module list is also the order of dependencies");
    }

    @Test
    void hostsCarryNoHeavyLibrary() {
        noClasses()
                .that()
                .resideInAnyPackage(HOST_PACKAGES)
                .and()
                .resideOutsideOfPackages(BUILD_PACKAGES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HEAVY_PACKAGES)
                .because(
                        "a host's programs need the JDK, OkHttp and Jackson's streaming core, and no byte more")
                .check(KEELSON);
    }

    @Test
    void hostsDoNotRunWhatIsForBuilding() {
        noClasses()
                .that()
                .resideInAnyPackage("io.keelson.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BUILD_PACKAGES)
                .because("it would bring the libraries of building onto the host")
                .check(KEELSON);
    }

    @Test
    void functionsLiveWithTheTypeTheyServe() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .resideInAnyPackage(
                        "..util..", "..utils..", "..helper..", "..common..", "..manager..")
                .because("a function belongs next to the type it serves")
                .check(KEELSON);
    }

    @Test
    void programsAreStartedInOnePlace() {
        onlyIn(
                "io.keelson.host",
                "java.lang.ProcessBuilder",
                "Command has the deadline and the process tree");
    }

    @Test
    void systemCallsAreMadeInOneModule() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.keelson.host..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .because(
                        "a wrong signature crashes the process: they are kept where they are tested")
                .check(KEELSON);
    }

    @TestFactory
    List<DynamicTest> timeAndEnvironmentComeFromOutside() {
        Map<String, String> sources =
                Map.of(
                        "java.time.Instant", "now",
                        "java.lang.System", "currentTimeMillis",
                        "java.time.LocalDate", "now",
                        "java.time.ZonedDateTime", "now");
        return sources.entrySet().stream()
                .map(source ->
                        DynamicTest.dynamicTest(
                                source.getKey() + "." + source.getValue(),
                                () -> notCalled(source.getKey(), source.getValue())))
                .toList();
    }

    @Test
    void onlyEntryPointsReadTheEnvironment() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Main")
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .because("a test gives its own")
                .check(KEELSON);
    }

    @Test
    void onlyEntryPointsEndTheProcess() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Main")
                .should()
                .callMethod(System.class, "exit", int.class)
                .because("run(args, out, err) returns the exit code, which a test can look at")
                .check(KEELSON);
    }

    @Test
    void packagesAreDocumentedAndNullMarked() {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith("org.jspecify.annotations.NullMarked")
                .check(KEELSON);
    }

    private static void notCalled(String owner, String method) {
        noClasses()
                .should()
                .callMethodWhere(
                        com.tngtech.archunit.base.DescribedPredicate.describe(
                                owner + "." + method,
                                call ->
                                        call.getTargetOwner().getName().equals(owner)
                                                && call.getName().equals(method)
                                                && call.getTarget()
                                                        .getRawParameterTypes()
                                                        .isEmpty()))
                .because(
                        "time is a constructor parameter (InstantSource), so that a test can run a week in a moment")
                .check(KEELSON);
    }

    private static void onlyIn(String packageName, String type, String because) {
        noClasses()
                .that()
                .resideOutsideOfPackage(packageName)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(type)
                .because(because)
                .check(KEELSON);
    }

    /** One slice per package, and none for what is not ours. */
    private static final class PackagesOfTheProject implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            String name = javaClass.getPackageName();
            return name.startsWith("io.keelson")
                    ? SliceIdentifier.of(name)
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of the project";
        }
    }
}
