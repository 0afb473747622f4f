using System.Diagnostics;
using CourseKit.Notebooks.Tests;

[assembly: Trait("Cost", "kernel")]

namespace CourseKit.EndToEnd.Tests;

/// <summary>The kernel, installed once into a folder of its own, and Jupyter's programs, which see no other folder of the user's.</summary>
public sealed class Jupyter : IAsyncLifetime
{
    public const string KernelName = "coursekit";

    private static readonly string[] FolderVariables =
        ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"];

    private readonly TempFolder _folder = new();
    private string _python = "";
    private string? _missing;
    private CommandResult? _install;

    /// <summary>Beside it lie lib/ and data/ as they do beside the course's own notebooks.</summary>
    internal string Notebooks => _folder.PathOf("course", "notebooks");

    public async ValueTask InitializeAsync()
    {
        (_python, _missing) = await FindPythonAsync();
        if (_missing is not null)
            return; // a skip in here would be a failure
        Directory.CreateDirectory(Notebooks);
        Directory.CreateDirectory(_folder.PathOf("home"));
        foreach (var name in new[] { "lib", "data" })
            Directory.CreateSymbolicLink(_folder.PathOf("course", name), Path.Combine(Course.Root, name));
        _install = await Command.RunAsync(new ProcessStartInfo(Course.Program, ["kernel", "install", "--prefix", _folder.PathOf("prefix")]));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Every test begins with it: skips without Jupyter, fails where the kernel could not be installed.</summary>
    internal void Require()
    {
        if (_missing is not null)
            Assert.Skip(_missing);
        Course.SkipUnlessBuilt();
        Assert.True(_install!.ExitCode == 0, $"kernel install ended with {_install.ExitCode}:\n{_install.Output}{_install.Error}");
    }

    /// <summary>How to start one of Jupyter's Python modules.</summary>
    internal ProcessStartInfo Module(string name, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(_python, ["-m", name, .. arguments]) { WorkingDirectory = Notebooks };
        start.Environment["HOME"] = _folder.PathOf("home");
        foreach (var variable in FolderVariables)
            start.Environment[variable] = _folder.PathOf("home", variable);
        start.Environment["JUPYTER_PATH"] = _folder.PathOf("prefix", "share", "jupyter");
        return start;
    }

    // A machine may have several: the first on PATH need not be the one that has Jupyter.
    private static async Task<(string Python, string? Missing)> FindPythonAsync()
    {
        const string check = """
            import importlib.util
            print(*(name for name in ["jupyter_client", "jupyter_kernel_test", "nbconvert", "notebook"] if importlib.util.find_spec(name) is None))
            """;
        var missing = "there is no python3 on PATH";
        foreach (var python in Command.OnPath("python3"))
        {
            var found = await Command.RunAsync(new ProcessStartInfo(python, ["-c", check]));
            if (found is { ExitCode: 0, Output: "\n" })
                return (python, null);
            missing = $"{python} misses {found.Output.Trim()}{found.Error}";
        }
        return ("", $"Jupyter is not installed: {missing}");
    }
}

[CollectionDefinition(nameof(Jupyter))]
public sealed class JupyterCollection : ICollectionFixture<Jupyter>;
