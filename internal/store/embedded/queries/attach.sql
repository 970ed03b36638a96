ATTACH {{.Path}} AS {{.Segment}};
