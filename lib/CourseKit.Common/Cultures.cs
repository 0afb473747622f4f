using System.Globalization;
using System.Runtime.InteropServices;

namespace CourseKit.Common;

/// <summary>
/// Cultures of a program that runs notebooks. .NET takes their data from the system's library ICU. Without ICU it ends a program that has not chosen
/// the invariant mode, in which only the invariant culture exists.
/// </summary>
internal static class Cultures
{
    private const string InvariantMode = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";

    /// <summary>
    /// Whether cultures such as de-DE exist and texts can be normalised. A test of what happens, because several settings and hosts decide it.
    /// </summary>
    public static bool AreThere { get; } = "e\u0301".Normalize().Length == 1;

    /// <summary>
    /// Chooses the invariant mode if ICU is missing, and makes the invariant culture the default of all threads. So the output of a notebook does not
    /// depend on the user's language. Must come first in a program: .NET looks at the mode only once, when a culture is used for the first time.
    /// </summary>
    public static void Begin()
    {
        // An environment variable and not a switch, because the .NET programs that this one starts need it too.
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(InvariantMode) is not ("1" or "true") && !IcuLoads())
            Environment.SetEnvironmentVariable(InvariantMode, "1");
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
    }

    /// <summary>
    /// Whether .NET finds ICU. This asks the runtime's own search, because any other one could find another answer. It takes 3 ms, which the first use
    /// of a culture then saves.
    /// </summary>
    public static bool IcuLoads()
    {
        try
        {
            return LoadIcu() != 0;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return true; // A runtime that has its ICU inside.
        }
    }

    [DllImport("libSystem.Globalization.Native", EntryPoint = "GlobalizationNative_LoadICU")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LoadIcu();
}
