"""What is checked of the chart, a module per theme. Each yields a line for each problem."""
