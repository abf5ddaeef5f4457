package org.sparklora.jobs.run;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import com.sun.jdi.request.EventRequestManager;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Catches the first executor that enters a method, through its JVM's debugger interface: a fault
 * happens exactly there, in the code that users run. Needs {@link #AGENT} among the executors' JVM
 * options.
 */
public final class Trap {
  public static final String AGENT =
      "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0";

  private final Place target;
  private final Consumer<ProcessHandle> then;
  private final Map<Long, VirtualMachine> machines = new ConcurrentHashMap<>();
  private final AtomicReference<ProcessHandle> caught = new AtomicReference<>();
  private volatile Place first;
  private volatile long caughtAt;

  /** The entry of a method, when it is entered for the so many-th time. */
  private record Place(String className, String method, int entries) {
    Place {
      try {
        Class<?> type = Class.forName(className, false, Trap.class.getClassLoader());
        if (Stream.of(type.getDeclaredMethods()).noneMatch(m -> m.getName().equals(method))) {
          throw new IllegalArgumentException("there is no " + method + " in " + className);
        }
      } catch (ClassNotFoundException e) {
        throw new IllegalArgumentException("there is no " + className, e);
      }
    }
  }

  /**
   * Not armed yet.
   *
   * @param then what happens to the process that is caught, while its thread stands in the method
   */
  public Trap(String className, String method, Consumer<ProcessHandle> then) {
    this.target = new Place(className, method, 1);
    this.first = target;
    this.then = then;
  }

  /** Watches the method only once a rank begins the so many-th step after the trap is armed. */
  public Trap fromStep(int steps) {
    first = new Place("org.sparklora.train.TrainingStep", "run", steps);
    return this;
  }

  /** From now on the method is watched in these processes. */
  public void arm(List<ProcessHandle> executors) {
    executors.forEach(this::watch);
  }

  /** The process that was caught; empty before. */
  public Optional<ProcessHandle> caught() {
    return Optional.ofNullable(caught.get());
  }

  /** {@link System#nanoTime} when it was. */
  public long caughtAt() {
    return caughtAt;
  }

  @Override
  public String toString() {
    String className = target.className();
    return className.substring(className.lastIndexOf('.') + 1) + "." + target.method();
  }

  private void watch(ProcessHandle executor) {
    try {
      VirtualMachine machine = attach(executor.pid());
      machines.put(executor.pid(), machine);
      await(machine, first);
      Thread listener = new Thread(() -> listen(machine, executor), "trap");
      listener.setDaemon(true);
      listener.start();
    } catch (IOException | VMDisconnectedException gone) {
      System.out.println("No trap in process " + executor.pid() + ": " + gone);
    }
  }

  private static VirtualMachine attach(long pid) throws IOException {
    for (AttachingConnector connector : Bootstrap.virtualMachineManager().attachingConnectors()) {
      if (connector.name().equals("com.sun.jdi.ProcessAttach")) {
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("pid").setValue(Long.toString(pid));
        try {
          return connector.attach(arguments);
        } catch (com.sun.jdi.connect.IllegalConnectorArgumentsException e) {
          throw new IOException(e);
        }
      }
    }
    throw new IOException("this Java has no debugger interface");
  }

  private static void await(VirtualMachine machine, Place place) {
    ClassPrepareRequest prepare = machine.eventRequestManager().createClassPrepareRequest();
    prepare.addClassFilter(place.className());
    enable(prepare, place);
    machine.classesByName(place.className()).forEach(type -> breakIn(machine, type, place));
  }

  private static void breakIn(VirtualMachine machine, ReferenceType type, Place place) {
    EventRequestManager requests = machine.eventRequestManager();
    for (Method method : type.methodsByName(place.method())) {
      EventRequest request = requests.createBreakpointRequest(method.location());
      request.addCountFilter(place.entries());
      enable(request, place);
    }
  }

  private static void enable(EventRequest request, Place place) {
    request.putProperty(Place.class, place);
    request.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
    request.enable();
  }

  private void listen(VirtualMachine machine, ProcessHandle executor) {
    try {
      while (true) {
        EventSet events = machine.eventQueue().remove();
        for (Event event : events) {
          Place place = (Place) event.request().getProperty(Place.class);
          if (event instanceof ClassPrepareEvent loaded) {
            breakIn(machine, loaded.referenceType(), place);
          } else if (!place.equals(target)) {
            await(machine, target);
          } else if (caught.compareAndSet(null, executor)) {
            spring(executor);
            return;
          }
        }
        events.resume();
      }
    } catch (VMDisconnectedException | InterruptedException over) {
      // The process ended, or this trap's other end did.
      machines.remove(executor.pid());
    }
  }

  /** The others run on undisturbed. */
  private void spring(ProcessHandle executor) {
    caughtAt = System.nanoTime();
    then.accept(executor);
    machines.forEach(
        (pid, machine) -> {
          if (pid != executor.pid()) {
            release(machine);
          }
        });
  }

  /** Lets the caught thread run on; a process that stands still does it once it wakes. */
  public Thread release() {
    Thread releasing = new Thread(() -> machines.values().forEach(Trap::release), "release");
    releasing.setDaemon(true);
    releasing.start();
    return releasing;
  }

  private static void release(VirtualMachine machine) {
    try {
      machine.dispose();
    } catch (VMDisconnectedException gone) {
      System.out.println("Released by its end: " + gone.getMessage());
    }
  }
}
