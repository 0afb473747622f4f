using CourseKit.Common;
using CourseKit.Native;

namespace CourseKit.Preflight;

/// <summary>Checks whether cells can use cultures other than the invariant one. Nothing of the course needs them.</summary>
internal static class CulturesCheck
{
    private const string Name = "cultures", Effect = "new CultureInfo(\"de-DE\") fails, and Normalize changes nothing";

    public static DoctorCheck Of(Machine _) =>
        Cultures.AreThere ? DoctorCheck.Ok(Name, "all, by the system's ICU or .NET's own")
        : !OperatingSystem.IsLinux() || Cultures.IcuLoads()
        ? DoctorCheck.Limited(Name, $"only the invariant one, as a setting asks: {Effect}", "Unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.")
        : DoctorCheck.Limited(Name, $"only the invariant one, since the library ICU is missing: {Effect}", "Install it: `apt install libicu-dev`, or the package libicu of your system. Then restart the kernel.");
}
