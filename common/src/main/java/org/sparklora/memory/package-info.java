/** What training a model needs of a device's memory, and what a device has; arithmetic only. */
package org.sparklora.memory;
