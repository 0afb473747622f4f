using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CourseKit.Notebooks.Tests;

namespace CourseKit.Cli.Tests;

public sealed class DoctorTests : IDisposable
{
    private readonly Workplace _place = new();
    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    private string Kernel => _place.PathOf("kernels", "coursekit");

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Its_JSON_and_its_exit_code_say_the_same()
    {
        var (run, checks) = await LookAsync();
        Assert.Equal(["sdk", "build", "libstdc++", "gpu", "backend", "native", "memory", "threads", "cultures", "data", "disk", "kernel", "vscode"], checks.Select(check => (string)check!["name"]!));
        Assert.All(checks, check => Assert.Equal((string?)check!["status"] == "ok", check["remedy"] is null));
        string[] words = ["ok", "limited", "broken"];
        Assert.Equal(checks.Max(check => Array.IndexOf(words, (string)check!["status"]!)), run.ExitCode);
        Assert.Equal("", run.Error);
    }

    private static void SkipWhereOneIsInstalledForAll() => Assert.SkipWhen(
        new[] { "/usr/local", "/usr" }.Any(prefix => Directory.Exists(Path.Combine(prefix, "share", "jupyter", "kernels", "coursekit"))), "a kernel is installed for all users here");

    [Fact]
    public async Task Without_JSON_it_is_a_table_that_ends_in_a_sentence()
    {
        SkipWhereOneIsInstalledForAll();
        var run = await RunAsync("doctor");
        Assert.Contains("no kernel 'coursekit' in", run.Output);
        Assert.Contains("coursekit kernel install", run.Output);
        Assert.Matches(@"The course (works, with limits|does not work here): .*kernel\.\n$|does not work here", run.Output);
        Assert.NotEqual(0, run.ExitCode);
    }

    [Fact]
    public async Task A_broken_machine_exits_with_2()
    {
        var (run, checks) = await LookAsync(("COURSEKIT_THREADS", "many"));
        Assert.Equal((2, "broken"), (run.ExitCode, (string?)checks.Single(check => (string?)check!["name"] == "threads")!["status"]));
    }

    [Fact]
    public async Task A_kernel_that_was_just_installed_is_sound()
    {
        await InstallAsync();
        Assert.Equal(("ok", Kernel), await KernelAsync());
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task A_kernel_that_came_from_no_checkout_or_one_that_is_gone_is_sound()
    {
        await InstallAsync();
        Change(spec => spec["env"]!["COURSEKIT_CHECKOUT"] = _place.PathOf("gone"));
        Assert.Equal(("ok", $"{Kernel}, installed from {_place.PathOf("gone")}, which is no longer there (it works all the same)"), await KernelAsync());
        Change(spec => spec["env"]!.AsObject().Remove("COURSEKIT_CHECKOUT"));
        Assert.Equal(("ok", Kernel), await KernelAsync());
    }

    [Theory]
    [InlineData("none", "no kernel 'coursekit' in")]
    [InlineData("stale", "is stale: it was installed from other code")]
    [InlineData("damaged", "is damaged: ")]
    [InlineData("program gone", "which is not there: VS Code and Jupyter cannot run the notebooks")]
    [InlineData("another's", "which CourseKit did not install")]
    [Trait("Cost", "process")]
    public async Task A_kernel_at_fault_is_a_limit_and_named(string fault, string expected)
    {
        await InstallAsync();
        var engine = Path.Combine(Kernel, "bin", "CourseKit.Kernel.dll");
        switch (fault)
        {
            case "none":
                SkipWhereOneIsInstalledForAll();
                Directory.Delete(Kernel, recursive: true);
                break;
            case "stale":
                File.Copy(Path.Combine(Kernel, "bin", "CourseKit.Cli.dll"), engine, overwrite: true); // other code than this
                break;
            case "damaged":
                await File.WriteAllTextAsync(engine, "no assembly", _cancel);
                break;
            case "program gone":
                Directory.Delete(Path.Combine(Kernel, "bin"), recursive: true);
                break;
            default:
                Change(spec => spec["metadata"]!.AsObject().Remove("coursekit"));
                break;
        }
        var (status, found) = await KernelAsync();
        Assert.Equal("limited", status);
        Assert.Contains(expected, found);
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task VS_Codes_user_settings_are_looked_at_and_said_where_they_are_missing()
    {
        var folder = Directory.CreateDirectory(_place.PathOf("config", "Code", "User")).FullName;
        var file = Path.Combine(folder, "settings.json");
        async Task<string> Found() => (string)(await LookAsync(("XDG_CONFIG_HOME", _place.PathOf("config")))).Checks.Single(check => (string?)check!["name"] == "vscode")!["found"]!;
        Assert.Contains("if its user settings have \"jupyter.completionTriggerCharacters\": { \"csharp\": [\".\"] }", await Found());
        await File.WriteAllTextAsync(file, "{ // mine\n \"files.autoSave\": \"off\" }", _cancel);
        Assert.Contains($"if {file} has \"jupyter.completionTriggerCharacters\"", await Found());
        await File.WriteAllTextAsync(file, "{ \"jupyter.completionTriggerCharacters\": { \"csharp\": [\".\"] }, \"[csharp]\": { \"editor.wordBasedSuggestions\": \"off\" } }", _cancel);
        Assert.Equal($"{file} has the settings for completion in C# notebooks", await Found());
    }

    [Fact]
    public async Task Without_the_library_the_build_is_broken_and_nothing_else_is_looked_at()
    {
        await InstallAsync(); // a copy of the program, far from the library
        var program = Path.Combine(Kernel, "bin", Path.GetFileName(BuiltCourse.Program));

        var run = await _place.RunAsync(program, [], ["doctor", "--json"]);

        Assert.Equal((2, ""), (run.ExitCode, run.Error));
        var check = Assert.Single(JsonNode.Parse(run.Output)!["checks"]!.AsArray())!;
        Assert.Equal(("build", "broken"), ((string?)check["name"], (string?)check["status"]));
        Assert.Contains("CourseKit.dll is not in", (string?)check["found"]);
        Assert.Contains("dotnet build -c Release", (string?)check["remedy"]);
        Assert.Contains("dotnet build -c Release", (await _place.RunAsync(program, [], ["doctor"])).Output);
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public async Task A_build_with_a_file_that_the_user_may_not_read_is_broken()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "another user is needed, whom setpriv makes");
        // The program and the library as they are built here, without the natives, which are half a gigabyte.
        var build = Path.GetDirectoryName(BuiltCourse.Program)!;
        foreach (var project in new[] { "CourseKit.Cli", "CourseKit" })
        {
            var target = Directory.CreateDirectory(_place.PathOf("course", "lib", project, "bin", "Release", "net10.0")).FullName;
            foreach (var file in Directory.GetFiles(build.Replace("CourseKit.Cli", project, StringComparison.Ordinal)).Where(file => !file.Contains(".so", StringComparison.Ordinal)))
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
        var closed = _place.PathOf("course", "lib", "CourseKit", "bin", "Release", "net10.0", "Plotly.NET.dll");
        File.Move(closed, Path.Combine(Directory.CreateDirectory(_place.PathOf("closed")).FullName, "Plotly.NET.dll"));
        File.CreateSymbolicLink(closed, _place.PathOf("closed", "Plotly.NET.dll"));
        File.SetUnixFileMode(_place.Folder, Readable | UnixFileMode.UserWrite);
        File.SetUnixFileMode(_place.PathOf("closed"), UnixFileMode.None);
        var program = _place.PathOf("course", "lib", "CourseKit.Cli", "bin", "Release", "net10.0", "CourseKit.Cli");

        // Root may read everything, so someone else is asked.
        string[] asNobody = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : ["env"];
        var environment = new Dictionary<string, string?> { ["HOME"] = _place.Folder, ["JUPYTER_DATA_DIR"] = _place.Folder, ["JUPYTER_PATH"] = _place.Folder };
        var run = await _place.RunAsync(asNobody[0], environment, [.. asNobody[1..], program, "doctor", "--json"]);
        File.SetUnixFileMode(_place.PathOf("closed"), Readable | UnixFileMode.UserWrite);

        Assert.Equal((2, ""), (run.ExitCode, run.Error));
        var check = JsonNode.Parse(run.Output)!["checks"]!.AsArray().Single(check => (string?)check!["name"] == "build")!;
        Assert.Equal("broken", (string?)check["status"]);
        Assert.Matches($"^{Regex.Escape(closed)}: \\w+ may not read it, since it is a link and others may not enter {Regex.Escape(_place.PathOf("closed"))}$", (string)check["found"]!);
        Assert.Contains("Ask the owner of the build: remove ", (string?)check["remedy"]);
    }

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private async Task InstallAsync() => Assert.Equal(0, (await RunAsync("kernel", "install")).ExitCode);

    private void Change(Action<JsonNode> change)
    {
        var file = Path.Combine(Kernel, "kernel.json");
        var spec = JsonNode.Parse(File.ReadAllText(file))!;
        change(spec);
        File.WriteAllText(file, spec.ToJsonString());
    }

    private async Task<(string Status, string Found)> KernelAsync()
    {
        var check = (await LookAsync()).Checks.Single(check => (string?)check!["name"] == "kernel")!;
        return ((string)check["status"]!, (string)check["found"]!);
    }

    private async Task<(CliRun Run, JsonArray Checks)> LookAsync(params (string Name, string Value)[] variables)
    {
        var run = await RunAsync(variables, "doctor", "--json");
        return (run, JsonNode.Parse(run.Output)!["checks"]!.AsArray());
    }

    private Task<CliRun> RunAsync(params string[] arguments) => RunAsync([], arguments);

    // Jupyter's folder is the test's own, so that no kernel of this machine is found.
    private Task<CliRun> RunAsync((string Name, string Value)[] variables, params string[] arguments)
    {
        var environment = new Dictionary<string, string?> { ["JUPYTER_DATA_DIR"] = _place.Folder, ["JUPYTER_PATH"] = _place.Folder };
        foreach (var (name, value) in variables)
            environment[name] = value;
        return _place.RunAsync(BuiltCourse.Program, environment, arguments);
    }
}
