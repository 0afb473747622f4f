namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>The data folders in which Jupyter looks for kernels. A kernel lies in <c>kernels/NAME</c> of such a folder.</summary>
public static class JupyterFolders
{
    private const string Data = "jupyter";

    /// <summary>The user's own data folder: <c>JUPYTER_DATA_DIR</c>, else the one that Jupyter uses on this system.</summary>
    public static string User
    {
        get
        {
            if (Variable("JUPYTER_DATA_DIR") is { } chosen)
                return Path.GetFullPath(chosen);
            if (OperatingSystem.IsWindows())
                return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), Data);
            // Environment.GetFolderPath does not fit here: it returns another folder on macOS, and "" for a folder that does not exist yet.
            var home = Variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Jupyter")
                : Path.Combine(Variable("XDG_DATA_HOME") ?? Path.Combine(home, ".local", "share"), Data);
        }
    }

    /// <summary>The data folder of an installation prefix such as <c>/usr/local</c> or a Python environment.</summary>
    /// <param name="prefix">A folder.</param>
    public static string OfPrefix(string prefix) => Path.Combine(Path.GetFullPath(prefix), "share", Data);

    /// <summary>The data folders that every Jupyter of this user looks into. The first folder with a kernel wins.</summary>
    public static IReadOnlyList<string> Searched
    {
        get
        {
            string[] shared = OperatingSystem.IsWindows() ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), Data)]
                : ["/usr/local/share/jupyter", "/usr/share/jupyter"];
            var named = (Variable("JUPYTER_PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
            return [.. named.Append(User).Concat(shared).Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))];
        }
    }

    /// <summary>Whether every Jupyter of this user looks into a data folder. The data folders of Python environments are not known here.</summary>
    /// <param name="dataFolder">A data folder.</param>
    public static bool IsSearched(string dataFolder) => Searched.Contains(Path.TrimEndingDirectorySeparator(dataFolder));

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
