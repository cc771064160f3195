package io.penstock.importer.intake;

import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.WarehouseFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A warehouse of its own for each class of tests, with one project. */
abstract class ProjectTest {
  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // set before the first test
  static WarehouseFixture warehouse;

  @SuppressWarnings("NullAway.Init") // set before the first test
  static ProjectFixture project;

  @BeforeAll
  static void start() {
    warehouse = WarehouseFixture.start(directory);
    project = warehouse.newProject();
  }

  @AfterAll
  static void stop() {
    warehouse.close();
  }
}
