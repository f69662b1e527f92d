package org.heliogate.rest.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.protection.DescribedResource;
import org.heliogate.authz.protection.ResourceDescription;
import org.heliogate.authz.protection.ResourceExtension;
import org.heliogate.authz.resource.RegisteredResource;
import org.heliogate.rest.wire.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceSetBodyTest {

  @Test
  void checkedWhenKeycloaksClientWroteItThenAllIsUnderstood() throws JsonProcessingException {
    ResourceDescription said =
        read("""
                {"name":"x","type":"t","scopes":[{"name":"view","iconUri":"https://h/v"},{"id":"1","name":"edit",
                 "displayName":"Edit"}],"icon_uri":"https://h/x","displayName":"X","ownerManagedAccess":true,
                 "uris":["/x"],"attributes":{"a":["1","2"]},"owner":{"id":"rs"}}
                """)
            .checked(null, "rs");
    assertThat(said.scopes()).containsExactlyInAnyOrder("view", "edit");
    assertThat(said.extension())
        .isEqualTo(new ResourceExtension("X", true, List.of("/x"), Map.of("a", List.of("1", "2"))));
  }

  @Test
  void checkedWhenItIsPlainUmaThenNothingMoreIsSaid() throws JsonProcessingException {
    ResourceDescription said =
        read("{\"_id\":\"1\",\"name\":\"x\",\"resource_scopes\":[\"view\"]}").checked("1", "rs");
    assertThat(said.extension()).isEqualTo(ResourceExtension.NONE);
    DescribedResource described =
        new DescribedResource(
            new RegisteredResource("1", "x", null, said.scopes(), null, null), said.extension());
    assertThat(JsonMapper.mapper().writeValueAsString(ResourceSetBody.of(described)))
        .isEqualTo(
            "{\"_id\":\"1\",\"name\":\"x\",\"resource_scopes\":[\"view\"],\"scopes\":[\"view\"]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"x\",\"resource_scopes\":[],\"more\":1}",
        "{\"name\":\"x\",\"resource_scopes\":[],\"display_name\":\"X\"}",
        "{\"name\":\"x\",\"resource_scopes\":[],\"owner\":\"rs\"}",
        "{\"name\":\"x\",\"resource_scopes\":[],\"owner\":{\"id\":\"rs\",\"name\":\"n\"}}",
        "{\"name\":\"x\",\"resource_scopes\":[],\"uris\":\"/x\"}",
        "{\"name\":\"x\",\"resource_scopes\":[],\"attributes\":{\"a\":\"1\"}}",
        "{\"name\":\"x\",\"resource_scopes\":[{\"name\":\"view\",\"policies\":[]}]}",
        "{\"name\":\"x\",\"resource_scopes\":[{\"id\":\"1\"}]}",
        "{\"name\":\"x\",\"resource_scopes\":[1]}",
        "{\"name\":\"x\",\"resource_scopes\":[[\"view\"]]}"
      })
  void readWhenAMemberIsUnknownOrOfAnotherTypeThenRefused(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(JsonProcessingException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"\",\"resource_scopes\":[]}",
        "{\"name\":\"x\"}",
        "{\"name\":\"x\",\"resource_scopes\":[null]}",
        "{\"name\":\"x\",\"resource_scopes\":[\"a\"],\"scopes\":[{\"name\":\"b\"}]}",
        "{\"_id\":\"2\",\"name\":\"x\",\"resource_scopes\":[]}",
        "{\"name\":\"x\",\"resource_scopes\":[],\"owner\":{}}",
        "{\"name\":\"x\",\"resource_scopes\":[],\"owner\":{\"id\":\"other\"}}",
        "{\"name\":\"x\",\"resource_scopes\":[],\"attributes\":{\"a\":[null]}}"
      })
  void checkedWhenItCannotBeThenInvalidRequest(String json) throws JsonProcessingException {
    ResourceSetBody body = read(json);
    assertThatThrownBy(() -> body.checked("1", "rs"))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  @Test
  void checkedWhenThereIsNoNameThenNoneIsSaid() throws JsonProcessingException {
    assertThat(read("{\"resource_scopes\":[\"view\"]}").checked(null, "rs").name()).isNull();
  }

  @Test
  void overWhenOneListOfScopesWasChangedThenThatCounts() throws JsonProcessingException {
    for (String changed :
        List.of(
            "{\"resource_scopes\":[\"view\",\"edit\"],\"scopes\":[\"view\"]}",
            "{\"resource_scopes\":[\"view\"],\"scopes\":[\"view\",\"edit\"]}",
            "{\"resource_scopes\":[\"edit\",\"view\"],\"scopes\":[\"view\",\"edit\"]}",
            "{\"scopes\":[\"view\",\"edit\"]}")) {
      assertThat(read(changed).over(() -> Set.of("view")).checked("1", "rs").scopes())
          .as(changed)
          .containsExactlyInAnyOrder("view", "edit");
    }
  }

  @Test
  void overWhenBothListsOfScopesWereChangedThenRefused() throws JsonProcessingException {
    ResourceSetBody body =
        read("{\"resource_scopes\":[\"edit\"],\"scopes\":[\"print\"]}").over(() -> Set.of("view"));
    assertThatThrownBy(() -> body.checked("1", "rs")).isInstanceOf(RequestException.class);
  }

  @Test
  void overWhenAScopeIsNullThenRefused() throws JsonProcessingException {
    ResourceSetBody body = read("{\"resource_scopes\":[null],\"scopes\":[\"view\"]}");
    assertThatThrownBy(() -> body.over(() -> Set.of("view"))).isInstanceOf(RequestException.class);
  }

  private static ResourceSetBody read(String json) throws JsonProcessingException {
    return JsonMapper.mapper().readValue(json, ResourceSetBody.class);
  }
}
