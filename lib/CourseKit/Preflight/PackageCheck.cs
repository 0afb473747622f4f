using System.Runtime.Loader;
using CourseKit.Native;

namespace CourseKit.Preflight;

/// <summary>
/// Loads libtorch where a notebook has fetched the package CourseKit. The .NET tool has only CourseKit.dll: then the check says where libtorch comes from.
/// </summary>
internal static class PackageCheck
{
    private const string Name = "package";

    public static DoctorCheck Of(Machine machine)
    {
        if (!HasTorch())
            return DoctorCheck.Ok(Name, "libtorch and the data come with the package CourseKit, which a notebook fetches; `Course.Doctor()` there looks at them");
        try
        {
            NativeBackend.Load();
            return DoctorCheck.Ok(Name, $"CourseKit in {machine.Build}; libtorch loads");
        }
        catch (NativeBackendException error)
        {
            return DoctorCheck.Broken(Name, error.Message, "See docs/library.md, or take another machine: there is libtorch for x64 Linux, x64 and arm64 Windows, and arm64 macOS.");
        }
    }

    private static bool HasTorch()
    {
        try
        {
            _ = AssemblyLoadContext.GetLoadContext(typeof(PackageCheck).Assembly)!.LoadFromAssemblyName(new("TorchSharp"));
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
