using System.Diagnostics;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests;

/// <summary>The kernel, installed once into a folder of its own, and Jupyter's programs, which see no other folder of the user's.</summary>
public sealed class Jupyter : IAsyncLifetime
{
    public const string KernelName = "coursekit";

    private readonly TempFolder _folder = new();
    private string? _missing;
    private CommandResult? _install;

    /// <summary>Beside it lie lib/ and data/ as they do beside the course's own notebooks.</summary>
    internal string Notebooks => _folder.PathOf("course", "notebooks");

    public async ValueTask InitializeAsync()
    {
        _missing = await MissingAsync();
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
        Assert.SkipUnless(_missing is null, _missing!);
        Course.SkipUnlessBuilt();
        Assert.True(_install!.ExitCode == 0, $"kernel install ended with {_install.ExitCode}:\n{_install.Output}{_install.Error}");
    }

    /// <summary>How to start one of Jupyter's Python modules.</summary>
    internal ProcessStartInfo Module(string name, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("python3", ["-m", name, .. arguments]) { WorkingDirectory = Notebooks };
        start.Environment["HOME"] = _folder.PathOf("home");
        foreach (var name_ in new[] { "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME" })
            start.Environment[name_] = _folder.PathOf("home", name_);
        start.Environment["JUPYTER_PATH"] = _folder.PathOf("prefix", "share", "jupyter");
        return start;
    }

    private static async Task<string?> MissingAsync()
    {
        const string find = """
            import importlib.util
            print(*(name for name in ["jupyter_client", "jupyter_kernel_test", "nbconvert", "notebook"] if importlib.util.find_spec(name) is None))
            """;
        try
        {
            var found = await Command.RunAsync(new ProcessStartInfo("python3", ["-c", find]));
            return found is { ExitCode: 0, Output: "\n" } ? null : $"Jupyter is not installed; python3 misses {found.Output.Trim()}{found.Error}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "Jupyter is not installed; there is no python3";
        }
    }
}

[CollectionDefinition(nameof(Jupyter))]
public sealed class JupyterCollection : ICollectionFixture<Jupyter>;
