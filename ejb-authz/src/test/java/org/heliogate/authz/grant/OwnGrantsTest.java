package org.heliogate.authz.grant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.heliogate.authz.policy.PolicyFixture;
import org.junit.jupiter.api.Test;

class OwnGrantsTest {

  private static final String CLIENT = "c-1";

  private final Map<String, Grant> stored = new TreeMap<>();
  private final List<String> reads = new ArrayList<>();
  private Runnable whileReading = () -> {};
  private final OwnGrants own = new OwnGrants(new Stored(), 1_000);

  OwnGrantsTest() {
    store("g-1", "a", CLIENT);
    store("g-2", "b", CLIENT);
  }

  @Test
  void ofWhenNothingHasChangedThenTheSameListWithoutReading() {
    List<Grant> first = own.of(CLIENT);
    assertThat(own.of(CLIENT)).isSameAs(first);
    assertThat(reads).containsExactly("all");
  }

  @Test
  void ofWhenGrantsWereMadeChangedAndTakenAwayThenTheseAloneAreReadAgain() {
    own.of(CLIENT);
    store("g-1", "changed", CLIENT);
    stored.remove("g-2");
    store("g-3", "new", CLIENT);
    List.of("g-1", "g-2", "g-3").forEach(grant -> own.changed(CLIENT, grant));
    assertThat(resources()).containsExactlyInAnyOrder("changed", "new");
    assertThat(resources()).containsExactlyInAnyOrder("changed", "new");
    assertThat(reads).containsExactly("all", "g-1 g-2 g-3");
  }

  @Test
  void ofWhenTheChangedGrantIsAnotherClientsThenItIsNotTaken() {
    own.of(CLIENT);
    store("g-9", "foreign", "c-2");
    own.changed(CLIENT, "g-9");
    assertThat(resources()).containsExactly("a", "b");
  }

  @Test
  void ofWhenWordComesWhileEverythingIsReadThenNotKept() {
    whileReading = () -> own.changed(CLIENT, "g-1");
    own.of(CLIENT);
    whileReading = () -> {};
    own.of(CLIENT);
    own.of(CLIENT);
    assertThat(reads).containsExactly("all", "all");
  }

  @Test
  void ofWhenWordComesWhileTheChangedOnesAreReadThenThatIsReadToo() {
    own.of(CLIENT);
    own.changed(CLIENT, "g-1");
    whileReading = () -> own.changed(CLIENT, "g-2");
    own.of(CLIENT);
    whileReading = () -> {};
    stored.remove("g-2");
    assertThat(resources()).containsExactly("a");
    assertThat(reads).containsExactly("all", "g-1", "g-1 g-2");
  }

  @Test
  void ofWhenAnythingOrVeryMuchMayHaveChangedThenAllIsRead() {
    own.of(CLIENT);
    own.changed(CLIENT, null);
    own.of(CLIENT);
    for (int i = 0; i <= 100; i++) {
      own.changed(CLIENT, "n-" + i);
    }
    own.of(CLIENT);
    own.forgetAll();
    own.of(CLIENT);
    assertThat(reads).containsExactly("all", "all", "all", "all");
  }

  private List<String> resources() {
    return own.of(CLIENT).stream().map(grant -> grant.resource().text()).toList();
  }

  private void store(String id, String resource, String client) {
    stored.put(
        id,
        new Grant(
            id,
            client,
            null,
            PolicyFixture.SERVER,
            PolicyFixture.template(resource),
            Set.of("read"),
            Effect.ALLOW,
            null,
            null,
            "admin",
            Instant.EPOCH,
            0));
  }

  /** Notes what is read. */
  @SuppressWarnings("NullAway") // No database takes part.
  private final class Stored extends GrantStore {

    Stored() {
      super(null);
    }

    @Override
    public Map<String, List<Grant>> ofClients(Collection<String> clientIds) {
      reads.add("all");
      List<Grant> found =
          stored.values().stream()
              .filter(grant -> clientIds.contains(Objects.requireNonNull(grant.client())))
              .toList();
      whileReading.run();
      return Map.of(CLIENT, found);
    }

    @Override
    public List<Grant> find(Collection<String> ids) {
      reads.add(String.join(" ", ids));
      List<Grant> found = ids.stream().map(stored::get).filter(Objects::nonNull).toList();
      whileReading.run();
      return found;
    }
  }
}
