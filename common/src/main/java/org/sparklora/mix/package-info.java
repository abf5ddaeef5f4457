/** Several adapters of one base: by name, weighed, added up exactly or cut to a lower rank. */
package org.sparklora.mix;
