"""What a person looks at: workbooks and pages. Every figure comes from the referee's evaluation."""
