package org.sparklora.jobs;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.event.BreakpointEvent;
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

/**
 * Catches the first executor that enters a method, through its JVM's debugger interface: a fault
 * happens exactly there, in the code that users run. Needs {@link #AGENT} among the executors' JVM
 * options.
 */
final class Trap {
  static final String AGENT =
      "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0";

  private final String className;
  private final String method;
  private final Consumer<ProcessHandle> then;
  private final Map<Long, VirtualMachine> machines = new ConcurrentHashMap<>();
  private final AtomicReference<ProcessHandle> caught = new AtomicReference<>();
  private volatile long caughtAt;

  /**
   * Not armed yet.
   *
   * @param then what happens to the process that is caught, while its thread stands in the method
   */
  Trap(String className, String method, Consumer<ProcessHandle> then) {
    this.className = className;
    this.method = method;
    this.then = then;
  }

  /** From now on the method is watched in these processes. */
  void arm(List<ProcessHandle> executors) {
    executors.forEach(this::watch);
  }

  /** The process that was caught; empty before. */
  Optional<ProcessHandle> caught() {
    return Optional.ofNullable(caught.get());
  }

  /** {@link System#nanoTime} when it was. */
  long caughtAt() {
    return caughtAt;
  }

  @Override
  public String toString() {
    return className.substring(className.lastIndexOf('.') + 1) + "." + method;
  }

  private void watch(ProcessHandle executor) {
    try {
      VirtualMachine machine = attach(executor.pid());
      machines.put(executor.pid(), machine);
      EventRequestManager requests = machine.eventRequestManager();
      ClassPrepareRequest prepare = requests.createClassPrepareRequest();
      prepare.addClassFilter(className);
      prepare.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
      prepare.enable();
      machine.classesByName(className).forEach(type -> breakIn(requests, type));
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

  private void breakIn(EventRequestManager requests, ReferenceType type) {
    type.methodsByName(method)
        .forEach(
            m -> {
              EventRequest request = requests.createBreakpointRequest(m.location());
              request.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
              request.enable();
            });
  }

  private void listen(VirtualMachine machine, ProcessHandle executor) {
    try {
      while (true) {
        EventSet events = machine.eventQueue().remove();
        for (Event event : events) {
          if (event instanceof ClassPrepareEvent loaded) {
            breakIn(machine.eventRequestManager(), loaded.referenceType());
          } else if (event instanceof BreakpointEvent && caught.compareAndSet(null, executor)) {
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
  void release() {
    Thread releasing = new Thread(() -> machines.values().forEach(Trap::release), "release");
    releasing.setDaemon(true);
    releasing.start();
  }

  private static void release(VirtualMachine machine) {
    try {
      machine.dispose();
    } catch (VMDisconnectedException gone) {
      System.out.println("Released by its end: " + gone.getMessage());
    }
  }
}
