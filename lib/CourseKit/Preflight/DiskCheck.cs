using CourseKit.Native;
using static System.FormattableString;

namespace CourseKit.Preflight;

/// <summary>Checks the free space of the folders for builds and saved files, for temporary files and for packages.</summary>
internal static class DiskCheck
{
    private const string Name = "disk";
    private const double Least = 0.1e9, Enough = 1e9; // bytes; a run of all lectures leaves 60 MB, a build 100 MB; packages take more

    public static DoctorCheck Of(Machine machine)
    {
        string?[] places = [machine.Course ?? machine.Build, machine.Temporary, machine.Variable("NUGET_PACKAGES") ?? machine.Home];
        return Judge([.. from folder in places.OfType<string>() where Directory.Exists(folder) let drive = DriveOf(folder) where drive is not null select (folder, drive.AvailableFreeSpace)]);
    }

    // Windows knows the space of drives alone: of no folder, and of no share in the network.
    private static DriveInfo? DriveOf(string folder) => !OperatingSystem.IsWindows() ? new(folder) : Path.GetPathRoot(Path.GetFullPath(folder)) is [_, ':', ..] drive ? new(drive) : null;

    /// <summary>Judges the folder with the least free space. Free is in bytes.</summary>
    public static DoctorCheck Judge(IReadOnlyList<(string Folder, long Free)> folders)
    {
        if (folders.Count == 0)
            return DoctorCheck.Broken(Name, "no folder for builds, temporary files or packages", OperatingSystem.IsWindows() ? "Set TEMP and USERPROFILE to folders of yours." : "Set TMPDIR and HOME to folders of yours.");
        var (folder, free) = folders.MinBy(one => one.Free);
        var found = Invariant($"{free / 1e9:0.0} GB free for {folder}");
        const string remedy = "Make room there. Of the course, out/ and artifacts/ of former runs may go, and `dotnet nuget locals http-cache --clear` is never missed.";
        return free < Least ? DoctorCheck.Broken(Name, found, remedy) : free < Enough ? DoctorCheck.Limited(Name, found, remedy) : DoctorCheck.Ok(Name, found);
    }
}
