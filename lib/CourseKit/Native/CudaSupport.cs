using static TorchSharp.torch;

namespace CourseKit.Native;

/// <summary>What this build and this machine offer for tensors on a GPU.</summary>
/// <param name="Gpus">How many GPUs torch can use.</param>
/// <param name="IsBuilt">Whether the libtorch in use has CUDA.</param>
/// <param name="HasGpu">Whether the machine has a GPU that a build for CUDA could use.</param>
internal sealed record CudaSupport(int Gpus, bool IsBuilt, bool HasGpu)
{
    /// <summary>The support in this process. Call <see cref="NativeBackend.Load()"/> first, because this property asks torch for its GPUs.</summary>
    public static CudaSupport Here
    {
        get
        {
            var isBuilt = NativeBackend.HasCuda;
            return new(isBuilt && cuda.is_available() ? cuda.device_count() : 0, isBuilt, Gpu.Of(Machine.Here).IsUsable);
        }
    }

    /// <summary>
    /// The reason why torch uses no GPU. Null if torch has a GPU, or if libtorch has no CUDA and the machine has no usable GPU: then nothing else is missing.
    /// </summary>
    public string? Missing => this switch
    {
        { Gpus: > 0 } or { IsBuilt: false, HasGpu: false } => null,
        { IsBuilt: true } => "built for CUDA, but torch finds no GPU it can use; `coursekit doctor` says why",
        _ => "there is an NVIDIA GPU, but the build is for the CPU; `dotnet build -c Release -p:TorchBackend=cuda` uses it",
    };
}
