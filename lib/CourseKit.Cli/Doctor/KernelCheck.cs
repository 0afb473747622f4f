using CourseKit.Kernel.Jupyter.Install;
using CourseKit.Preflight;

namespace CourseKit.Cli.Doctor;

/// <summary>The kernel that notebooks ask for, where VS Code and Jupyter look for it.</summary>
internal static class KernelCheck
{
    private const string Name = "kernel", Remedy = "Run `coursekit kernel install`.", Effect = "VS Code and Jupyter cannot run the notebooks; `coursekit run` can";

    public static DoctorCheck Of()
    {
        var places = JupyterFolders.Searched.Select(folder => new KernelPlace(folder, KernelPlace.DefaultName)).ToList();
        try
        {
            foreach (var place in places)
            {
                if (place.Find() is { } kernel)
                    return Of(place, kernel);
            }
            return Limited($"no kernel '{KernelPlace.DefaultName}' in {string.Join(", ", places.Select(place => Path.GetDirectoryName(place.Folder)))}: {Effect}");
        }
        catch (Exception error) when (error is InstallException or UnauthorizedAccessException)
        {
            return Limited(error.Message);
        }
    }

    private static DoctorCheck Of(KernelPlace place, InstalledKernel kernel)
    {
        if (!File.Exists(kernel.Program))
            return Limited($"the kernel in {place.Folder} is to start {kernel.Program}, which is not there: {Effect}");
        try
        {
            if (!kernel.IsCurrent)
                return Limited($"the kernel in {place.Folder} is stale: it was installed from other code than this, and runs as it did then");
        }
        catch (Exception error) when (error is IOException or BadImageFormatException)
        {
            return Limited($"the kernel in {place.Folder} is damaged: {error.Message}");
        }
        return new(Name, CheckStatus.Ok, $"{place.Folder}{(kernel.GoneCheckout is { } gone ? $", installed from {gone}, which is no longer there (it works all the same)" : "")}", null);
    }

    private static DoctorCheck Limited(string found) => new(Name, CheckStatus.Limited, found, Remedy);
}
