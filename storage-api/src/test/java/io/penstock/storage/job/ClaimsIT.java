package io.penstock.storage.job;

import static io.penstock.storage.job.NewJob.Lock.BUCKET;
import static io.penstock.storage.job.NewJob.Lock.NONE;
import static io.penstock.storage.job.NewJob.Lock.TABLE;
import static io.penstock.storage.job.NewJob.Lock.WORKSPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class ClaimsIT {
  private static final int ALL = 100;

  private final JobDatabase database = JobDatabase.emptied();
  private final Claims claims =
      new Claims(
          database.jdbc(),
          database.transaction(),
          new DispatchProperties(Duration.ofSeconds(60), 8, 3, false));
  private final long project = database.project(10);

  @Test
  void conflictingJobsLeaveOneAtATimeInOrder() {
    long first = database.accept(project, TABLE, 1L, 7L);
    long second = database.accept(project, TABLE, 1L, 7L);
    long third = database.accept(project, TABLE, 1L, 7L);

    assertThat(claimed()).containsExactly(first);
    assertThat(claimed()).isEmpty();
    database.end(first);
    assertThat(claimed()).containsExactly(second);
    database.end(second);
    assertThat(claimed()).containsExactly(third);
  }

  @Test
  void tablesOfABucketAreWrittenSideBySide() {
    long one = database.accept(project, TABLE, 1L, 7L);
    long other = database.accept(project, TABLE, 2L, 7L);

    assertThat(claimed()).containsExactlyInAnyOrder(one, other);
  }

  @Test
  void readersWaitForNobodyAndHoldNobodyBack() {
    long reader = database.accept(project, NONE, 1L, 7L);
    long writer = database.accept(project, TABLE, 1L, 7L);
    long late = database.accept(project, NONE, 1L, 7L);
    long owner = database.accept(project, BUCKET, null, 7L);
    long last = database.accept(project, NONE, 1L, 7L);

    assertThat(claimed()).containsExactlyInAnyOrder(reader, writer, late, last);
    database.end(writer);
    assertThat(claimed()).containsExactly(owner);
  }

  @Test
  void workspaceIsLoadedByOneJobAtATimeAndReadByAny() {
    long load = database.acceptOnWorkspace(project, WORKSPACE, 3L);
    long reader = database.acceptOnWorkspace(project, NONE, 3L);
    long drop = database.acceptOnWorkspace(project, WORKSPACE, 3L);
    long elsewhere = database.acceptOnWorkspace(project, WORKSPACE, 4L);

    assertThat(claimed()).containsExactlyInAnyOrder(load, reader, elsewhere);
    assertThat(claimed()).isEmpty();
    database.end(load);
    assertThat(claimed()).containsExactly(drop);
  }

  @Test
  void ownerOfABucketWaitsForItsWritersAndHoldsLaterOnesBack() {
    long before = database.accept(project, TABLE, 1L, 7L);
    long owner = database.accept(project, BUCKET, null, 7L);
    long after = database.accept(project, TABLE, 2L, 7L);
    long nextOwner = database.accept(project, BUCKET, null, 7L);
    long elsewhere = database.accept(project, TABLE, 3L, 8L);

    assertThat(claimed()).containsExactlyInAnyOrder(before, elsewhere);
    database.end(before);
    assertThat(claimed()).containsExactly(owner);
    assertThat(claimed()).isEmpty();
    database.end(owner);
    assertThat(claimed()).containsExactly(after);
    database.end(after);
    assertThat(claimed()).containsExactly(nextOwner);
  }

  @Test
  void writersWithoutABucketDoNotMindEachOther() {
    long one = database.accept(project, TABLE, 1L, null);
    long other = database.accept(project, TABLE, 2L, null);

    assertThat(claimed()).containsExactlyInAnyOrder(one, other);
  }

  @Test
  void jobThatWasAcceptedLateWithALowerIdGoesBehindTheOneUnderWay() throws Exception {
    long writer;
    try (Connection slow = database.source().getConnection()) {
      slow.setAutoCommit(false);
      var uncommitted = JdbcClient.create(new SingleConnectionDataSource(slow, true));
      long late =
          new JobRows(uncommitted)
              .insert(
                  project,
                  new JobRows.Creator(null, "", null, null, "{}"),
                  JobDatabase.newJob(TABLE, 1L, 7L),
                  true,
                  java.time.Instant.now());
      writer = database.accept(project, TABLE, 1L, 7L);
      assertThat(late).isLessThan(writer);
      assertThat(claimed()).containsExactly(writer);
      slow.commit();
      slow.setAutoCommit(true);

      assertThat(claimed()).isEmpty();
      assertThat(claims.forgetLeases()).isEqualTo(1);
      assertThat(claimed()).containsExactly(writer);
      database.end(writer);
      assertThat(claimed()).containsExactly(late);
    }
  }

  @Test
  void projectStaysBelowItsParallelism() {
    long narrow = database.project(2);
    List<Long> jobs = new ArrayList<>();
    for (long table = 1; table <= 4; table++) {
      jobs.add(database.accept(narrow, TABLE, table, 7L));
    }

    assertThat(claimed()).containsExactlyInAnyOrder(jobs.get(0), jobs.get(1));
    assertThat(claimed()).isEmpty();
    database.end(jobs.get(1));
    assertThat(claimed()).containsExactly(jobs.get(2));
  }

  @Test
  void provisioningDoesNotWaitForAProjectThatIsBusy() {
    long narrow = database.project(1);
    long load = database.accept(narrow, TABLE, 1L, 7L);
    long second = database.accept(narrow, TABLE, 2L, 7L);
    long made = database.acceptProvisioning(narrow, 5);

    assertThat(claimed()).containsExactlyInAnyOrder(load, made);
    database.end(load);
    assertThat(claimed()).as("nor does a project wait for it").containsExactly(second);
  }

  @Test
  void projectsTakeTurns() {
    long busy = database.project(10);
    List<Long> many = new ArrayList<>();
    for (long table = 1; table <= 6; table++) {
      many.add(database.accept(busy, TABLE, table, 7L));
    }
    long quiet = database.accept(project, TABLE, 10L, 8L);
    long quietNext = database.accept(project, TABLE, 11L, 8L);

    assertThat(claimed(2)).containsExactlyInAnyOrder(many.get(0), quiet);
    assertThat(claimed(2)).containsExactlyInAnyOrder(many.get(1), quietNext);
    assertThat(claimed(2)).containsExactlyInAnyOrder(many.get(2), many.get(3));
  }

  @Test
  void readsOfWorkspacesLeavePlacesToOtherProjectsAndToOtherJobs() {
    List<Long> many = new ArrayList<>();
    for (long workspace = 1; workspace <= 4; workspace++) {
      many.add(database.acceptOnWorkspace(project, NONE, workspace));
      many.add(database.acceptFromWorkspace(project, 100 + workspace, workspace));
    }
    long plain = database.accept(project, TABLE, 1L, 7L);
    long other = database.project(10);
    long load = database.acceptOnWorkspace(other, WORKSPACE, 9L);

    assertThat(claimed()).containsExactlyInAnyOrder(many.get(0), many.get(1), plain, load);
    assertThat(claimed()).isEmpty();
    long quiet = database.acceptOnWorkspace(other, NONE, 9L);
    long quietNext = database.acceptFromWorkspace(other, 200, 9L);
    long third = database.acceptOnWorkspace(database.project(10), NONE, 11L);
    assertThat(claimed()).containsExactly(quiet);
    database.end(quiet);
    assertThat(claimed()).as("whoever had no turn yet").containsExactly(third);
    database.end(third);
    assertThat(claimed()).containsExactly(quietNext);
    database.end(many.get(0));
    assertThat(claimed()).containsExactly(many.get(2));
  }

  @Test
  void projectThatHadItsTurnTheLongestAgoReadsItsWorkspaceFirst() {
    Claims one =
        new Claims(
            database.jdbc(),
            database.transaction(),
            new DispatchProperties(Duration.ofSeconds(60), 8, 1, false));
    List<Long> many = new ArrayList<>();
    for (long workspace = 1; workspace <= 3; workspace++) {
      many.add(database.acceptOnWorkspace(project, NONE, workspace));
    }
    long other = database.project(10);
    long first = database.acceptOnWorkspace(other, NONE, 9L);
    long second = database.acceptOnWorkspace(other, NONE, 9L);

    List<Long> order = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      List<Claim> sent = one.claim(ALL);
      assertThat(sent).hasSize(1);
      order.add(sent.getFirst().id());
      database.end(sent.getFirst().id());
    }

    assertThat(order).containsExactly(many.get(0), first, many.get(1), second, many.get(2));
  }

  @Test
  void loginOfAWorkspaceWaitsForNobodyWhoReadsOne() {
    long first = database.acceptOnWorkspace(project, NONE, 1L);
    long second = database.acceptOnWorkspace(project, NONE, 2L);
    long elsewhere = database.acceptOnWorkspace(database.project(10), NONE, 3L);
    assertThat(claimed()).containsExactlyInAnyOrder(first, second, elsewhere);

    long login = database.acceptLogin(database.project(10), 4L);

    assertThat(claimed()).containsExactly(login);
  }

  @Test
  void readThatCannotBeSentYetTakesNoTurn() {
    Claims one =
        new Claims(
            database.jdbc(),
            database.transaction(),
            new DispatchProperties(Duration.ofSeconds(60), 8, 1, false));
    long narrow = database.project(1);
    long load = database.accept(narrow, TABLE, 1L, 7L);
    database.acceptOnWorkspace(narrow, NONE, 2L);
    long other = database.acceptOnWorkspace(database.project(10), NONE, 3L);

    assertThat(one.claim(ALL)).extracting(Claim::id).containsExactlyInAnyOrder(load, other);
  }

  @Test
  void readThatHasNoTurnHoldsNoOtherJobOfItsProjectBack() {
    long narrow = database.project(2);
    long first = database.acceptOnWorkspace(project, NONE, 1L);
    long second = database.acceptOnWorkspace(project, NONE, 2L);
    long reading = database.acceptOnWorkspace(database.project(10), NONE, 3L);
    assertThat(claimed()).containsExactlyInAnyOrder(first, second, reading);

    database.acceptOnWorkspace(narrow, NONE, 4L);
    database.acceptOnWorkspace(narrow, NONE, 5L);
    long load = database.accept(narrow, TABLE, 1L, 7L);

    assertThat(claimed()).containsExactly(load);
  }

  @Test
  void projectWithoutRoomForAReadTakesNobodysTurn() {
    long narrow = database.project(1);
    long load = database.accept(narrow, TABLE, 1L, 7L);
    assertThat(claimed()).containsExactly(load);
    database.acceptOnWorkspace(narrow, NONE, 4L);
    long one = database.acceptOnWorkspace(project, NONE, 1L);
    long two = database.acceptOnWorkspace(project, NONE, 2L);
    long three = database.acceptOnWorkspace(database.project(1), NONE, 3L);

    assertThat(claimed()).containsExactlyInAnyOrder(one, two, three);
  }

  @Test
  void jobIsSentAgainWithAHigherAttemptWhenItsLeaseIsOver() {
    long job = database.accept(project, TABLE, 1L, 7L);
    long next = database.accept(project, TABLE, 1L, 7L);
    assertThat(claims.claim(ALL)).singleElement().extracting(Claim::attempt).isEqualTo(1);
    assertThat(database.leaseSeconds(job)).isCloseTo(60, within(5.0));

    database.leaseIsOver(job);

    assertThat(claims.claim(ALL))
        .singleElement()
        .satisfies(claim -> assertThat(claim.id()).isEqualTo(job))
        .extracting(Claim::attempt)
        .isEqualTo(2);
    assertThat(database.leaseSeconds(job)).isCloseTo(120, within(5.0));
    assertThat(database.attempts(next)).isZero();
  }

  @Test
  void jobThatNobodyBeginsIsSentLessAndLessOften() {
    long job = database.accept(project, TABLE, 1L, 7L);
    List<Double> leases = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      assertThat(claimed()).containsExactly(job);
      leases.add(Math.rint(database.leaseSeconds(job) / 60));
      database.leaseIsOver(job);
    }

    assertThat(leases).containsExactly(1.0, 2.0, 4.0, 8.0, 16.0, 16.0, 16.0);
  }

  @Test
  void forgottenLeaseIsSentAgainAtOnceAndBurnsNoAttempts() {
    long job = database.accept(project, TABLE, 1L, 7L);
    for (int restart = 0; restart < 12; restart++) {
      assertThat(claimed()).containsExactly(job);
      assertThat(claims.forgetLeases()).isEqualTo(1);
    }

    assertThat(database.attempts(job)).isEqualTo(1);
  }

  @Test
  void outageOfTheQueueBurnsNoAttempts() {
    long job = database.accept(project, TABLE, 1L, 7L);
    for (int round = 0; round < 12; round++) {
      Claim claim = claims.claim(ALL).getFirst();
      claims.handBack(claim, Duration.ZERO);
    }

    assertThat(database.attempts(job)).isEqualTo(1);
    assertThat(claimed()).containsExactly(job);
  }

  @Test
  void jobsOfAPurgedProjectStayWhereTheyAre() {
    database.accept(project, TABLE, 1L, 7L);
    database.jdbc().sql("UPDATE project SET state = 'PURGED' WHERE id = ?").param(project).update();

    assertThat(claimed()).isEmpty();
  }

  @Test
  void claimersAtTheSameTimeNeverShareAJobOrATable() throws Exception {
    long wide = database.project(1000);
    for (long job = 0; job < 60; job++) {
      database.accept(wide, TABLE, job % 20, 7L);
    }
    Collection<Claim> all = new ConcurrentLinkedQueue<>();

    try (var threads = Executors.newFixedThreadPool(6)) {
      for (int thread = 0; thread < 6; thread++) {
        threads.execute(
            () -> {
              for (int i = 0; i < 20; i++) {
                all.addAll(claims.claim(3));
              }
            });
      }
    }

    assertThat(all).hasSize(20).extracting(Claim::id).doesNotHaveDuplicates();
    assertThat(all).extracting(Claim::task).doesNotHaveDuplicates();
  }

  private List<Long> claimed() {
    return claimed(ALL);
  }

  private List<Long> claimed(int limit) {
    return claims.claim(limit).stream().map(Claim::id).toList();
  }
}
