/** Pictures of numbers as SVG, and the markup that they stand in. May import: nothing. */
package org.sparklora.report.chart;
