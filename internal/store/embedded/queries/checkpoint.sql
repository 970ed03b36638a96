CHECKPOINT {{.Segment}};
