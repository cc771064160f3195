package io.penstock.audit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packagesOf = AuditService.class, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule onlyAdaptersKnowAws =
      noClasses()
          .that()
          .haveSimpleNameNotStartingWith("Sqs")
          .and()
          .haveSimpleNameNotStartingWith("S3")
          .and()
          .haveSimpleNameNotStartingWith("Kms")
          .and()
          .resideOutsideOfPackage("..config..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("software.amazon.awssdk..", "io.awspring..")
          .because("what is kept and found does not depend on where it is kept");

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("io.penstock.audit.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule luceneStaysInSearch =
      noClasses()
          .that()
          .resideOutsideOfPackage("..search..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.lucene..")
          .because("Elasticsearch is to take its place on AWS");

  @ArchTest
  static final ArchRule trailsKnowNobody =
      noClasses()
          .that()
          .resideInAPackage("..keep..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..log..", "..search..", "..ingest..", "..web..", "org.springframework..")
          .because("the durable truth depends on nothing that is derived from it");
}
