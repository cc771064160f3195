package io.penstock.importer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.penstock.importer",
    importOptions = ArchitectureTest.MainClassesOnly.class)
class ArchitectureTest {

  /** Wherever the build puts them; the option of ArchUnit's own knows Maven's and Gradle's. */
  static final class MainClassesOnly implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  @ArchTest
  static final ArchRule onlyAdaptersKnowTheAwsSdk =
      noClasses()
          .that()
          .haveSimpleNameNotStartingWith("Sqs")
          .and()
          .haveSimpleNameNotStartingWith("S3")
          .and()
          .resideOutsideOfPackage("..config")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon.awssdk..")
          .because("what differs between AWS and a laptop is an endpoint or one adapter");

  @ArchTest
  static final ArchRule nobodyKnowsHttp =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework.http..")
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework.web..")
          .because("a worker has no way in but its health");

  @ArchTest
  static final ArchRule onlyWiringKnowsSpring =
      noClasses()
          .that()
          .resideOutsideOfPackage("..config")
          .and()
          .doNotHaveSimpleName("ImportWorker")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework..")
          .because("the parts are plain Java, and are tested as such");

  @ArchTest
  static final ArchRule noCycles =
      slices()
          .matching("io.penstock.importer.(*)..")
          .should()
          .beFreeOfCycles()
          .because("a package that needs its user is half of something else");
}
