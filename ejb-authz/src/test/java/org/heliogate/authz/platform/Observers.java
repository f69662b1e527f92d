package org.heliogate.authz.platform;

import jakarta.enterprise.event.Observes;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

/** The beans of one node that listen to change notices, without a container to tell them. */
public final class Observers {

  private final List<Object> beans;

  /** Those beans; each must listen. */
  public Observers(Object... beans) {
    this.beans = List.of(beans);
  }

  /** Tells all. */
  public void hear(ChangeNotice notice) {
    beans.forEach(bean -> tell(bean, notice));
  }

  private static void tell(Object bean, ChangeNotice notice) {
    Method listener =
        Arrays.stream(bean.getClass().getDeclaredMethods())
            .filter(method -> method.getParameterCount() == 1)
            .filter(method -> method.getParameters()[0].isAnnotationPresent(Observes.class))
            .filter(method -> method.getParameterTypes()[0] == ChangeNotice.class)
            .findFirst()
            .orElseThrow();
    listener.setAccessible(true);
    try {
      listener.invoke(bean, notice);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
