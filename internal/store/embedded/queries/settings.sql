-- What the database may take, and what it must not do: no files outside the directory, no downloads, no later SET.
SET memory_limit = '{{.MemoryLimit}} bytes';
SET threads = {{.Threads}};
SET preserve_insertion_order = false;
SET checkpoint_threshold = '64MB';
SET late_materialization_max_rows = 2000;
SET temp_directory = {{.TempDirectory}};
SET autoinstall_known_extensions = false;
SET autoload_known_extensions = false;
SET allowed_directories = [{{.Directory}}];
SET enable_external_access = false;
SET lock_configuration = true;
