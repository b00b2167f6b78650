from setuptools import Extension, setup

setup(ext_modules=[Extension("swift_fletcher._fletcher", sources=["src/swift_fletcher/_fletcher.c"])])
