package io.penstock.storage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.Secret;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Params;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFilterTest {

  @Test
  void defaultIsTheFirstHundred() {
    JobFilter filter = JobFilter.of(caller(true), new Params(Map.of(), false), TimeFilter::parse);

    assertThat(filter.limit()).isEqualTo(100);
    assertThat(filter.offset()).isZero();
    assertThat(filter.where()).isEqualTo("visible AND project_id = :project");
  }

  @Test
  void tokenThatIsNoMasterSeesItsOwn() {
    JobFilter filter = JobFilter.of(caller(false), new Params(Map.of(), false), TimeFilter::parse);

    assertThat(filter.where()).contains("token_id = :token");
    assertThat(filter.values()).containsEntry("token", 44L);
  }

  @ParameterizedTest
  @CsvSource({
    "limit, foo",
    "limit, 0",
    "limit, 1001",
    "offset, -1",
    "storage_job_status, cancelled",
    "excluded_storage_job_status, 'success,done'",
    "created_time_from, soon",
    "end_time, soon",
  })
  void badValueIsRefused(String name, String value) {
    var params = new Params(Map.of(name, value), false);

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> JobFilter.of(caller(true), params, TimeFilter::parse))
        .withMessageContaining(name)
        .extracting(PlatformException::code)
        .isEqualTo(ErrorCode.VALIDATION);
  }

  private static Caller caller(boolean master) {
    var project =
        new Caller.ProjectFacts(12, "Test", 3, "eu-central-1", "bucket", 5, "postgres", 15);
    return new Caller(
        Secret.of("unused"),
        44,
        "jane@example.org",
        master,
        null,
        true,
        true,
        true,
        master,
        Set.of(),
        null,
        null,
        Map.of(),
        project,
        0);
  }
}
