package io.penstock.storage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.penstock.storage.web.Allow;
import org.springframework.web.bind.annotation.RestController;

@AnalyzeClasses(
    packages = "io.penstock.storage",
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
  static final ArchRule featuresFormNoCycles =
      slices().matching("io.penstock.storage.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyEdgesKnowHttp =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Controller")
          .and()
          .resideOutsideOfPackages("..storage.web..", "..storage.config..", "..storage.event..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework.http..", "jakarta.servlet..")
          .because("errors carry a code; the edge turns it into a status");

  @ArchTest
  static final ArchRule awsStaysBehindItsPorts =
      noClasses()
          .that()
          .resideOutsideOfPackages("..storage.config..", "..storage.record..", "..storage.job..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon.awssdk..")
          .because(
              "features ask ObjectStore, ScopedCredentials and Keyring; only queues are spoken to"
                  + " directly");

  @ArchTest
  static final ArchRule neighboursAreNeverImported =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.penstock.importer..", "io.penstock.audit..", "io.penstock.quickstart..")
          .because("services share messages, not code");

  @ArchTest
  static final ArchRule everyRouteIsInTheAuthorisationTable =
      methods()
          .that()
          .areDeclaredInClassesThat()
          .areAnnotatedWith(RestController.class)
          .and()
          .areMetaAnnotatedWith(org.springframework.web.bind.annotation.RequestMapping.class)
          .should()
          .beAnnotatedWith(Allow.class)
          .because("what is not in the table is denied");

  @ArchTest
  static final ArchRule controllersStayInTheirFeature =
      classes().that().areAnnotatedWith(RestController.class).should().bePackagePrivate();
}
